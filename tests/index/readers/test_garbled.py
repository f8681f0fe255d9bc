"""Nonsense is told from text by its statistics."""

from __future__ import annotations

import pytest

from index.readers.garbled import garbled_pages, is_garbled

SOUND = [
    "渡轮公司昨天公布了新的航班表，每天开四班，头班在早上六点半开出。",
    "渡輪公司昨天公布新的航班表，頭班在早上六點半開出，票價仍是兩元。",
    "フェリー会社は昨日、新しい時刻表を発表した。始発は朝六時半である。",
    "페리 회사는 어제 새 시간표를 발표했다. 첫 배는 아침 여섯 시 반에 떠난다.",
    "Паромная компания вчера опубликовала новое расписание.",
    "L'été dernier, le ferry a été arrêté à l'île d'Oléron : café, thé, pâté.",
    "à â ä ç é è ê ë î ï ô ù û ü À Â Ä Ç É È Ê Ë Î Ï",
    "The ferry company said on Monday that it will replace both of its old boats. " * 5,
    "Công ty phà hôm qua đã công bố lịch trình mới, mỗi ngày bốn chuyến.",
    "08/03/2015 07/30/2015 07/31/2015 1/2 3/4 and/or a/b",
    "The vector α⃗ of ∑ xᵢ is β, where Δt = 3 µs and Ω the space.",
    "شركة العبارات أعلنت أمس جدولا جديدا للرحلات",
    "",
]
GARBLED = [
    "\ue001\ue002\ue003 \ue004\ue005",
    "\ufffd\ufffd\ufffd\ufffd a",
    "\x03\x04\x05\x06 \x07\x08 on",
    "/g936/g1007/g1004/g1004/g3/g296 /g381/g396",
    "(cid:12)(cid:45)(cid:7) (cid:128)",
    "»áÒéÓÚ¶þÁãÒ»¾ÅÄêÈýÔÂÔÚ³¤É³ÕÙ¿ª¡£",
    "킟킾킴킿 킛킸톂 킠킰킷톀킰킱",
    "䋴䋮䋶糫蒭鍍伴俘緌鍍伴俘勢渡袱糫",
    "ଋҩǥƹ ୡȥဎഁ ҩဌʾဎಱ ೌ¢܆ȥ",
    "7KH IHUUB FRPSDQB VDLG RQ 0RQGDB WKDW LW ZLOO UHSODFH ERWK RI LWV ROG ERDWV " * 5,
]


@pytest.mark.parametrize("text", SOUND)
def test_text_is_no_nonsense(text: str) -> None:
    assert not is_garbled(text)


@pytest.mark.parametrize("text", GARBLED)
def test_nonsense_is_told(text: str) -> None:
    assert is_garbled(text)


def test_pages_are_told_one_by_one() -> None:
    assert garbled_pages([SOUND[0], GARBLED[4], "", GARBLED[6]]) == {1, 3}

"""Mails: who wrote to whom and when, and the text in whatever form and encoding it was sent."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from documents import mail_part, make_mail, make_mail_of

from index.errors import ReadError
from index.readers.registry import read_bytes
from index.types import Kind, ParsedArticle, PartiallyParsedArticle

TEXT = "渡轮公司昨天公布了新的航班表，每天开四班。票价仍是两元，学生半价，月票四十元。"
HEAD = """# 渡轮复航

发件人：李雷 <li@ferry.example>
收件人：Ann Lee <ann@a.example>, 王五 <w@a.example>
日期：2024-03-05 09:30"""


def body(data: bytes) -> str:
    """What stands below the head."""
    text = read_bytes(data, "a.eml").text
    return text.split("\n\n", 2 if text.startswith("#") else 1)[-1]


def unread(article: ParsedArticle) -> str:
    return article.unread if isinstance(article, PartiallyParsedArticle) else ""


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize(("charset", "named"), [("utf-8", "UTF-8"), ("gb18030", "gb2312"), ("gb18030", "x")])
def test_a_mail(encoding: str, charset: str, named: str) -> None:
    article = read_bytes(make_mail(mail_part(TEXT, encoding, charset, named)), "saved.eml")
    assert article.text == f"{HEAD}\n\n{TEXT}"
    assert (article.title, article.author, article.published) == ("渡轮复航", "李雷", "2024-03-05T09:30")
    assert article.source is None and {b.kind for b in article.blocks} == {Kind.HEADING, Kind.PARAGRAPH}


def test_traditional_chinese_in_big5() -> None:
    text = "渡輪公司昨天公布了新的航班表，每天開四班。票價仍是兩元，學生半價。"
    for named in ("big5", "Big5-HKSCS"):
        article = read_bytes(make_mail(mail_part(text, "base64", "big5", named), subject="渡輪復航"), "a.eml")
        assert (
            article.text.endswith(text) and "寄件者：李雷" in article.text and "收件者：Ann" in article.text
        )


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("=?utf-8?B?5rih6L2u?= =?utf-8?Q?=E5=A4=8D=E8=88=AA?=", "渡轮复航"),
        # A character begins in one word and ends in the next.
        ("=?UTF-8?B?5rih6A==?=\r\n =?UTF-8?B?va7lpI3oiKo=?=", "渡轮复航"),
        ("=?gb2312?B?tsnC1ri0uro=?=", "渡轮复汉"),
        ("Re: =?utf-8*zh?q?=E6=B8=A1=E8=BD=AE?= on_time", "Re: 渡轮 on_time"),
        ("=?utf-8?Q?two_words?=", "two words"),
        ("渡轮复航", "渡轮复航"),
        ("=?utf-8?B?!?=", "=?utf-8?B?!?="),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("a folded\r\n\tline", "a folded line"),
    ],
)
def test_subjects(written: str, told: str) -> None:
    assert read_bytes(make_mail(mail_part(TEXT), subject=written), "a.eml").title == told


@pytest.mark.parametrize(
    ("sender", "author"),
    [
        ('"Wu, Bob" <bob@a.example>', "Wu, Bob"),
        ("=?utf-8?B?546L5LqU?= <w@a.example>", "王五"),
        ("bob@a.example", "bob@a.example"),
        ("<bob@a.example>", "<bob@a.example>"),
    ],
)
def test_senders(sender: str, author: str) -> None:
    assert read_bytes(make_mail(mail_part(TEXT), sender=sender), "a.eml").author == author


def test_a_date_before_there_were_mails_is_none() -> None:
    article = read_bytes(make_mail(mail_part(TEXT), date="Tue, 05 Mar 0800 09:30:00 +0800"), "a.eml")
    assert article.published is None and "日期：Tue, 05 Mar 0800" in article.text


def test_python_writes_what_is_read() -> None:
    """The oracle: Python's own writer of mails."""
    mail = EmailMessage()
    mail["Subject"] = "关于春季采购计划的通知以及其他一些非常长的主题用来测试折行和编码" * 2
    mail["From"], mail["Date"] = "王五 <w@a.example>", "Tue, 05 Mar 2024 09:30:00 -0500"
    mail.set_content("Hello,\n\nthe pump is here.\n")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="报价单.pdf")
    article = read_bytes(mail.as_bytes(), "a.eml")
    assert (article.title, article.author) == (str(mail["Subject"]), "王五")
    assert article.published == "2024-03-05T09:30" and article.text.endswith("\n\nthe pump is here.")
    assert unread(article) == "attachments or other parts were not read (1): 报价单.pdf"


@pytest.mark.parametrize(
    ("plain", "page", "told"),
    [
        (TEXT * 2, f"<p>{TEXT}</p><p>x</p>", TEXT * 2),
        ("See the page.", f"<p>{TEXT}</p><p>Menu</p>", f"{TEXT}\n\nMenu"),
        (
            "",
            f"<table><tr><td><table><tr><td><p>{TEXT}</p><p>x</p></td></tr></table></td></tr></table>",
            f"{TEXT}\n\nx",
        ),
        ("", "<table><tr><th>票<th>价</tr><tr><td>月<td>4</tr></table>", "票 | 价\n月 | 4"),
    ],
    ids=["plain", "a notice", "layout", "table"],
)  # fmt: skip
def test_of_two_forms_the_plain_one_is_read(plain: str, page: str, told: str) -> None:
    forms = [mail_part(plain), mail_part(page, kind="text/html")]
    pictures = mail_part("x", kind="image/png", Content_ID="<a>")
    mail = make_mail_of("multipart/alternative", *forms)
    assert body(mail) == told
    related = make_mail_of("multipart/related", mail_part(page, kind="text/html"), pictures)
    assert "航班表" not in page or "航班表" in body(related)
    assert not unread(read_bytes(related, "a.eml"))  # what only decorates the text is no attachment


def test_flowed_lines_are_joined() -> None:
    text = "The ferry \r\nruns daily.\r\n> How \r\n> often?\r\n  indented\r\n-- \r\nBob"
    kind = "text/plain; format=flowed"
    assert body(make_mail(mail_part(text, "8bit", kind=kind))) == (
        "The ferry runs daily.\n\nHow often?\n\nindented\n--\nBob"
    )
    assert body(make_mail(mail_part("每天 \n开四班。", kind=f"{kind}; delsp=yes"))) == "每天开四班。"


def test_lines_of_an_earlier_mail_are_quotations() -> None:
    article = read_bytes(make_mail(mail_part("On Friday.\n> When does it come?\n>> Soon.\nFine.")), "a.eml")
    found = [(b.kind, article.text[b.start : b.end]) for b in article.blocks[-4:]]
    assert found == [
        (Kind.PARAGRAPH, "On Friday."),
        (Kind.QUOTATION, "When does it come?"),
        (Kind.QUOTATION, "Soon."),
        (Kind.PARAGRAPH, "Fine."),
    ]


def test_a_mail_within_a_mail_is_read_below_it() -> None:
    inside = make_mail(mail_part("The pump came."), subject="Pump", to="", date="")
    mail = make_mail_of(
        "multipart/mixed", mail_part("See below."), b"Content-Type: message/rfc822\r\n\r\n" + inside
    )
    assert body(mail) == "See below.\n\n## Pump\n\nFrom: 李雷 <li@ferry.example>\n\nThe pump came."


def test_what_is_not_read_is_named() -> None:
    parts = [
        mail_part(TEXT),
        mail_part("a", kind='application/zip; name="=?utf-8?B?5ri4?=.zip"'),
        mail_part(TEXT, Content_Disposition='attachment; filename="more.txt"'),
        mail_part("a", kind="application/pkcs7-signature; name=smime.p7s"),
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nA=\r\n",
    ]
    article = read_bytes(make_mail_of("multipart/mixed", *parts), "a.eml")
    assert unread(article) == (
        "attachments or other parts were not read (3): "
        "游.zip (a file of several articles within another is not opened), more.txt, "
        "text/plain (the file is damaged)"
    )


def test_a_mail_is_known_by_its_suffix_alone() -> None:
    mail = make_mail(mail_part(TEXT))
    assert read_bytes(mail, "a.txt").text.startswith("Subject: ")
    with_pictures = make_mail_of("multipart/related", mail_part(f"<p>{TEXT}</p>", kind="text/html"))
    assert read_bytes(with_pictures, "a.eml").author == "李雷"


def test_deep_and_broken_mails_are_read_as_far_as_they_go() -> None:
    deep = b"".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n".encode() for n in range(3_000)
    )
    article = read_bytes(b"Subject: Deep\r\n" + deep + b"\r\nThe pump.", "a.eml")
    assert (article.title, unread(article)[-20:]) == ("Deep", "ad (1): multipart/mixed"[-20:])
    cut = make_mail_of("multipart/mixed", mail_part("The pump came."))[:-20]
    assert body(cut).startswith("The pump")
    no_boundary = b"Subject: Lost\r\nContent-Type: multipart/mixed\r\n\r\nThe pump."
    assert "multipart/mixed" in unread(read_bytes(no_boundary, "a.eml"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"The pump came.\n\nIt is here.", "no mail"),
        (b"", "no mail"),
        (b"X-A: b\n" * 20_000 + b"Subject: x\n\nThe pump.", "headers never end"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "no pictures|pip|read"),
        (b"Subject: x\nContent-Type: text/plain\n\n" + b"a\n" * 500_001, "too many lines"),
    ],
    ids=["text", "empty", "headers", "picture", "lines"],
)
def test_what_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason) as error:
        read_bytes(data, "a.eml")
    assert error.value.hint

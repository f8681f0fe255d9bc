"""What is attached to a mail: each is an article beside it, and the mail stays as it is."""

from __future__ import annotations

from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest
from documents import (
    WORKBOOK,
    column,
    mail_part,
    make_docx,
    make_mail,
    make_mail_of,
    make_pdf,
    make_zip,
    paragraph,
)

from index.errors import ReadError
from index.readers import attachments
from index.readers.archive import zip_members
from index.readers.containers import members
from index.readers.registry import read_bytes
from index.types import PartiallyParsedArticle

TEXT = "渡轮公司昨天公布了新的航班表，每天开四班。"
PDF = make_pdf([column("The ferry sails four times a day.")])


def found(data: bytes, folder: Path, name: str = "a.eml") -> dict[str, str]:
    """The text of each article of a mail, or why it cannot be read; "…" before what is told of the mail."""
    path = folder / name
    path.write_bytes(data)
    told: dict[str, str] = {}
    with path.open("rb", buffering=0) as file, closing(members(file, ".eml")) as inside:
        for member in inside:
            assert member.name not in told
            try:
                article = member.read()
                told[member.name] = article.text
                if isinstance(article, PartiallyParsedArticle):
                    told["…"] = article.unread
            except ReadError as error:
                told[member.name] = error.message
    return told


def attached(content: bytes | str, name: str, kind: str = "application/octet-stream") -> bytes:
    """A part as mail programs send it."""
    mail = EmailMessage()
    main, _, sub = kind.partition("/")
    data = content.encode() if isinstance(content, str) else content
    mail.add_attachment(data, maintype=main, subtype=sub, filename=name or None)
    part: EmailMessage = next(iter(mail.iter_attachments()))
    return part.as_bytes()


def mail_with(*parts: bytes) -> bytes:
    return make_mail_of("multipart/mixed", mail_part(TEXT), *parts)


def test_attachments_are_articles_and_the_mail_is_the_file(tmp_path: Path) -> None:
    data = mail_with(
        attached(PDF, "航班表.pdf", "application/pdf"),
        attached(WORKBOOK, "票价.xlsx"),
        attached(make_docx(paragraph("渡轮从码头出发。")), "a.docx"),
        attached("Name,Age\nAnn,7\n", "staff.csv", "text/csv"),
        attached("# Notes\n\nThe pump came.", "notes.md", "text/plain"),
    )
    told = found(data, tmp_path)
    alone = read_bytes(make_mail(mail_part(TEXT)), "a.eml").text
    assert told[""] == alone == read_bytes(data, "a.eml").text
    assert [*told] == ["", "航班表.pdf", "票价.xlsx", "a.docx", "staff.csv", "notes.md"]
    assert "four times" in told["航班表.pdf"] and "苹果 | ¥6.00" in told["票价.xlsx"]
    assert told["staff.csv"] == "Name | Age\nAnn | 7"


def test_what_cannot_be_read_is_named_in_the_mail_or_told_by_itself(tmp_path: Path) -> None:
    data = mail_with(
        attached(b"\x00\x01", "old.doc", "application/msword"),
        attached(make_zip({"a.txt": TEXT}), "all.zip", "application/zip"),
        attached(b"%PDF-1.4 broken", "broken.pdf", "application/pdf"),
        b"Content-Type: application/pdf; name=cut.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nA=\r\n",
        attached("BEGIN:VCARD", "ann.vcf", "text/vcard"),
    )
    told = found(data, tmp_path)
    assert told["…"] == (
        "attachments or other parts were not read (3): old.doc, all.zip "
        "(a file of several articles within another is not opened), ann.vcf"
    )
    assert [*told] == ["", "…", "broken.pdf", "cut.pdf"]
    assert "damaged" in told["broken.pdf"] and told["cut.pdf"] == "the file is damaged"


@pytest.mark.parametrize(
    ("name", "kind", "called"),
    [
        ("", "application/pdf", "attachment.pdf"),
        ("Invoice No.5", "application/pdf", "Invoice No.5.pdf"),
        ("../../etc/a.txt", "text/plain", ".._.._etc_a.txt"),
        ("a.TXT", "application/x-unknown", "a.TXT"),
        ("a.py", "text/plain", None),
        ("readme", "text/plain", "readme.txt"),
        ("x" * 300 + ".txt", "text/plain", "x" * 80 + ".txt"),
        ("data.json", "application/json", None),
        ("smime.p7s", "application/pkcs7-signature", None),
    ],
)
def test_names(name: str, kind: str, called: str | None, tmp_path: Path) -> None:
    told = found(mail_with(attached(PDF if "pdf" in kind else TEXT, name, kind)), tmp_path)
    assert [*told][-1] == (called or ("" if "signature" in kind else "…"))


def test_the_same_name_twice(tmp_path: Path) -> None:
    told = found(mail_with(*[attached(f"{TEXT}{n}", "a.txt", "text/plain") for n in range(3)]), tmp_path)
    assert {name: text[-1] for name, text in told.items() if name} == {
        "a.txt": "0",
        "a (2).txt": "1",
        "a (3).txt": "2",
    }


def test_parts_of_the_text_stay_in_the_mail(tmp_path: Path) -> None:
    page = mail_part(f"<p>{TEXT}</p>", kind="text/html")
    picture = mail_part("x", kind="image/png", Content_ID="<a>")
    inside = make_mail_of("multipart/alternative", mail_part("short"), page)
    head, _, body = inside.partition(b"\r\n\r\n")
    alternative = b"Content-Type: multipart/alternative; boundary==_made2\r\n\r\n" + body.replace(
        b"=_made", b"=_made2"
    )
    related = make_mail_of("multipart/related", alternative, picture)
    assert head and found(related, tmp_path) == {"": read_bytes(related, "a.eml").text}
    assert TEXT in read_bytes(related, "a.eml").text


def test_mails_within_a_mail_and_what_is_attached_to_them(tmp_path: Path) -> None:
    inner = make_mail_of("multipart/mixed", mail_part("The pump came."), attached(TEXT, "pump.txt"))
    inner = inner.replace(b"=_made", b"=_inner")
    forwarded = b"Content-Type: message/rfc822\r\n\r\n" + inner
    told = found(mail_with(forwarded), tmp_path)
    assert [*told] == ["", "pump.txt"] and "The pump came." in told[""]
    told = found(mail_with(attached(inner, "saved.eml")), tmp_path)
    assert [*told] == ["", "saved.eml", "saved.eml!/pump.txt"]
    assert "The pump came." in told["saved.eml"] and "The pump" not in told[""]
    encoded = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nQQ=\r\n"
    assert "damaged" in found(mail_with(encoded), tmp_path)["…"]


def test_a_mail_in_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(make_zip({"m/a.eml": mail_with(attached(TEXT, "b.txt")), "z.txt": TEXT}))
    with path.open("rb", buffering=0) as file, closing(zip_members(file)) as inside:
        assert [member.name for member in inside] == ["m/a.eml", "m/a.eml!/b.txt", "z.txt"]


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nested = mail_with(attached(TEXT, "deepest.txt"))
    for level in range(8):
        nested = mail_with(attached(nested, f"{level}.eml"))
    told = found(nested, tmp_path)
    assert max(name.count("!/") for name in told) == 4 and "2.eml" in told["…"]
    monkeypatch.setattr(attachments, "MAX_ATTACHED", 2)
    told = found(mail_with(*[attached(TEXT, f"{n}.txt") for n in range(4)]), tmp_path)
    assert [*told] == ["", "…", "0.txt", "1.txt"]
    assert told["…"] == "attachments or other parts were not read (2): 2.txt, 3.txt"


def test_what_is_called_a_mail_is_read_as_what_it_is(tmp_path: Path) -> None:
    assert "four times" in found(PDF, tmp_path)[""]
    for data, reason in (
        (b"The pump came.\n\nIt is here.", "no mail"),
        (b"X-A: b\n" * 20_000 + b"Subject: x\n\nThe pump.", "damaged"),
    ):
        with pytest.raises(ReadError, match=reason):
            found(data, tmp_path)
        assert reason in found(mail_with(attached(data, "b.eml")), tmp_path)["b.eml"]
    cut = mail_with(attached(TEXT, "a.txt"))[:-30]
    assert [*found(cut, tmp_path)] == ["", "a.txt"]


def test_python_sends_what_is_taken_apart(tmp_path: Path) -> None:
    """The oracle: Python's own writer and reader of mails."""
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "关于采购", "王五 <w@a.example>"
    mail.set_content("Hello,\n\nthe pump is here.\n")
    mail.add_alternative("<p>Hello,</p><p>the pump is here.</p>", subtype="html")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="报价单（最终版）.pdf")
    mail.add_attachment("价格表", filename="价格.txt")
    told = found(mail.as_bytes(), tmp_path)
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert [*told] == ["", *names]
    assert told["价格.txt"] == "价格表" and told[""].endswith("the pump is here.") and "…" not in told

"""Packages of Office documents (ECMA-376): how their parts belong together, and the markup in them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from index.cleaning.metadata import Metadata, parse_date, plausible_metadata
from index.errors import ReadError
from index.readers.zip_package import Package


def related(package: Package, name: str, kind: str) -> list[str]:
    """The parts of one kind that belong to the part ``name``; those with the usual name if none is named."""
    return named(package, name, kind) or [f"{posixpath.dirname(name)}/{kind}.xml"]


def named(package: Package, name: str, kind: str) -> list[str]:
    """The parts of one kind that the part ``name`` says belong to it."""
    found = [
        _resolved(name, relation)
        for relation in _relations(package, name)
        if relation.get("Type", "").endswith(f"/{kind}") and relation.get("TargetMode") != "External"
    ]
    return [*dict.fromkeys(found)]


def references_of(package: Package, name: str) -> dict[str, str]:
    """The names of the parts that belong to the part ``name``, by what it calls them."""
    return {
        relation.get("Id", ""): _resolved(name, relation)
        for relation in _relations(package, name)
        if relation.get("TargetMode") != "External"
    }


def _relations(package: Package, name: str) -> Iterable[Any]:
    folder, base = posixpath.split(name)
    relations = package.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
    return [] if relations is None else relations.iter("{*}Relationship")


def _resolved(name: str, relation: Any) -> str:
    target = posixpath.join("/", posixpath.dirname(name), relation.get("Target", ""))
    return posixpath.normpath(target).lstrip("/")


def properties_of(package: Package) -> dict[str, str]:
    """What a document says of itself: its "title", "creator" and the time when it was "created"."""
    root = package.xml("docProps/core.xml")
    found = [] if root is None else root.iter("{*}title", "{*}creator", "{*}created")
    return {element.tag.rpartition("}")[2]: element.text or "" for element in found}


def facts_of(package: Package, text: str, dated: bool = True) -> Metadata:
    """The plausible part of it, given the document's text. Not ``dated``: it is made of an older one."""
    values = properties_of(package)
    created = parse_date(values.get("created", "")) if dated else None
    return plausible_metadata(values.get("title"), values.get("creator"), created and created[:10], text)


def root_of(data: bytes) -> Any:
    """The root element of a part. ReadError: it is damaged."""
    from lxml import etree

    _check(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _damaged(error) from None


def elements(data: bytes, *names: str) -> Iterable[Any]:
    """The elements of a part with these names, each once it is read. What is before one is dropped then.

    ReadError: the part is damaged.
    """
    from lxml import etree

    _check(data)
    tags = [f"{{*}}{name}" for name in names]
    found = etree.iterparse(
        BytesIO(data),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in found:
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise _damaged(error) from None


def _check(data: bytes) -> None:
    if b"<!DOCTYPE" in data.replace(b"\0", b""):
        raise ReadError(
            "the document is damaged", "its markup defines entities of its own, which Office does not know"
        )


def _damaged(error: Exception) -> ReadError:
    if "depth" in str(error):
        return ReadError("the document is nested too deeply", "save its text and add that")
    return ReadError("the document is damaged", "open it in the program that made it and save it again")

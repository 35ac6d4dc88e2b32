#!/usr/bin/env python3
"""check_page.py: checks that a page is well formed, loads nothing, runs nothing foreign, and can be navigated.

usage: check_page.py PAGE ...
"""
import base64
import pathlib
import re
import sys
import xml.dom.minidom
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    def __init__(self, folder):
        super().__init__()
        self.folder = folder
        self.open, self.ids, self.links, self.levels, self.scripts, self.charts, self.said = [], [], [], [], 0, 0, []
        self.nonce = self.main = None

    def complain(self, what):
        self.said.append(f"line {self.getpos()[0]}: {what}")

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag not in VOID:
            self.open.append(tag)
        if "id" in a:
            self.ids.append(a["id"])
        for name in a:
            if name.startswith("on"):
                self.complain(f"<{tag} {name}>")
        if tag in ("iframe", "object", "embed", "form", "base"):
            self.complain(f"<{tag}>")
        if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy":
            nonce = re.search(r"'nonce-(\w{32})'", a["content"])  # a page without any runs no script
            self.nonce = nonce.group(1) if nonce else "none"
            if "default-src 'none'" not in a["content"]:
                self.complain("a policy that allows something")
        if tag == "script":
            self.scripts += 1
            if a.get("nonce") != self.nonce or "src" in a:
                self.complain("a script that is not the page's own")
        if tag in ("link", "img") and not (a.get("href") or a.get("src")).startswith("data:"):
            self.complain(f"<{tag}> loads something")
        if tag == "img":
            self.charts += 1
            if len(a.get("alt") or "") < 20:
                self.complain("a chart without words")
            xml.dom.minidom.parseString(base64.b64decode(a["src"].split(",", 1)[1]))
        if tag == "a":
            self.links.append(a["href"])
            beside = a["href"].split("#")[0]
            if re.fullmatch(r"[\w.-]+\.html", beside) and not (self.folder / beside).is_file():
                self.complain(f"a link to {a['href']}, which is not beside it")
            scheme = re.match(r"([a-zA-Z][\w+.-]*):", re.sub(r"[\x00-\x20]", "", a["href"]))  # as browsers do
            if scheme and scheme.group(1).lower() not in ("http", "https", "mailto"):
                self.complain(f"a link to {a['href']}")
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.complain(f"</{tag}> closes something else")


for path in sys.argv[1:]:
    page = Page(pathlib.Path(path).parent)
    text = open(path, encoding="utf-8").read()
    page.feed(text)
    page.close()
    if page.open:
        page.complain(f"not closed: {page.open}")
    if len(set(page.ids)) != len(page.ids):
        page.complain("ids twice: " + " ".join(sorted({i for i in page.ids if page.ids.count(i) > 1})))
    for link in page.links:
        if link.startswith("#") and link[1:] not in page.ids and link != "#no-where":
            page.complain(f"a link to {link}, which is not there")
    if page.levels[:1] != [1] or page.levels.count(1) != 1:
        page.complain("not one first heading")
    if any(b > a + 1 for a, b in zip(page.levels, page.levels[1:])):
        page.complain(f"headings skip a level: {page.levels}")
    if len(text.encode()) >= 1_500_000:
        page.complain(f"{len(text.encode())} bytes")
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\ufffe]", text):
        page.complain("control characters")
    for what in page.said:
        print(f"{path}: {what}")
    if page.said:
        sys.exit(1)
    print(f"{path}: {len(text.encode())} bytes, {page.charts} charts, {len(page.levels)} headings")

#!/bin/sh
# axe.sh: tests the accessibility of pages by axe-core in a real browser, in both themes and at
# two widths. Fails on a serious or critical finding, on any console message, and on a page wider
# than its window.
# usage: axe.sh PAGE ...
# It fetches axe-core and puppeteer-core from npm into a temporary folder, so it is not in `make test`.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for page; do realpath "$page"; done >"$work/pages"
command -v npm >/dev/null && command -v chromium >/dev/null || { echo "axe.sh needs npm and chromium"; exit 1; }
cd "$work"
npm install --no-audit --no-fund --silent --prefix "$work" axe-core@4 puppeteer-core@24 >log 2>&1 || { cat log; exit 1; }
cat >look.js <<'JAVASCRIPT'
const puppeteer = require("puppeteer-core"), fs = require("fs");
const axe = fs.readFileSync("node_modules/axe-core/axe.min.js", "utf8");
(async () => {
  const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"], headless: true });
  let bad = 0;
  for (const path of fs.readFileSync("pages", "utf8").trim().split("\n"))
    for (const width of [1280, 390])
      for (const theme of ["light", "dark"]) {
        const page = await browser.newPage(), said = [];
        page.on("console", (m) => said.push(m.text()));
        page.on("pageerror", (e) => said.push(String(e)));
        page.on("request", (r) => { if (!/^(file|data):/.test(r.url())) said.push("asks for " + r.url()); });
        await page.setViewport({ width, height: 1000 });
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
        await page.goto("file://" + path);
        await page.evaluate(() => document.querySelectorAll("main details").forEach((d) => (d.open = true)));
        await page.evaluate(axe);
        const found = (await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }))).violations;
        if ((await page.evaluate(() => document.documentElement.scrollWidth)) > width) said.push("wider than its window");
        const grave = found.filter((v) => v.impact === "serious" || v.impact === "critical");
        bad += grave.length + said.length;
        console.log(`${path}: ${width} wide, ${theme}: ${grave.length} grave of ${found.length} findings`, ...said);
        for (const v of found) console.log(`  ${v.impact}: ${v.id}: ${v.help}: ${v.nodes[0].html.slice(0, 160)}`);
        await page.close();
      }
  await browser.close();
  process.exit(bad ? 1 : 0);
})();
JAVASCRIPT
node look.js

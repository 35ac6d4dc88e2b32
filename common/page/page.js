// page.js: theme, keyboard and contents. The page can be read without it.
(function () {
  "use strict";
  var root = document.documentElement, themes = ["automatic", "light", "dark"], at = 0;
  var button = document.getElementById("page_theme");
  function keep(theme) { try { localStorage.setItem("theme", theme); } catch (e) { /* kept for this visit only */ } }
  function kept() { try { return localStorage.getItem("theme"); } catch (e) { return null; } }
  function show(index) {
    at = index < 0 ? 0 : index;
    if (at) root.dataset.theme = themes[at]; else delete root.dataset.theme;
    button.textContent = "Theme: " + themes[at];
  }
  show(themes.indexOf(kept()));
  button.hidden = false;
  button.addEventListener("click", function () { show((at + 1) % 3); keep(themes[at]); });

  // Elements that scroll can be reached with the keyboard.
  function reach() {
    document.querySelectorAll("pre, .scroll").forEach(function (e) {
      if (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1) {
        e.tabIndex = 0;
        e.setAttribute("role", "group");
        e.setAttribute("aria-label", e.matches(".chart, .drawing") ? "Chart, scrolls" : e.matches(".scroll") ? "Table, scrolls" : "Text, scrolls");
      } else {
        e.removeAttribute("tabindex");
        e.removeAttribute("role");
        e.removeAttribute("aria-label");
      }
    });
  }
  reach();
  addEventListener("resize", reach);
  addEventListener("toggle", reach, true);

  var contents = document.getElementById("page_contents");
  if (contents) {
    if (matchMedia("(max-width: 64rem)").matches) contents.open = false;
    var links = contents.querySelectorAll("a");
    var mark = function () {
      var current = null;
      links.forEach(function (a) {
        var target = document.getElementById(a.hash.slice(1));
        if (target && target.getBoundingClientRect().top < 120) current = a;
        a.removeAttribute("aria-current");
      });
      if (current) current.setAttribute("aria-current", "true");
    };
    addEventListener("scroll", mark, { passive: true });
    mark();
  }

  // Folded questions are printed open.
  var opened = [];
  addEventListener("beforeprint", function () {
    document.querySelectorAll("details.question:not([open])").forEach(function (d) { d.open = true; opened.push(d); });
  });
  addEventListener("afterprint", function () { opened.splice(0).forEach(function (d) { d.open = false; }); });
})();

// page.js: theme, keyboard, contents, commands to copy, guesses. The page can be read without it.
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

  // A command can be copied.
  function copy(text, button) {
    function told() { button.textContent = "Copied"; setTimeout(function () { button.textContent = "Copy"; }, 1500); }
    function by_hand() { // where a page from a file may not use the clipboard
      var box = document.createElement("textarea");
      box.value = text;
      document.body.appendChild(box);
      box.select();
      if (document.execCommand("copy")) told();
      box.remove();
      button.focus();
    }
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(told, by_hand); else by_hand();
  }
  document.querySelectorAll(":not(pre, summary) > code, pre.quoted").forEach(function (e) {
    if (!/^(make|grader|git|sudo)( |$)/.test(e.textContent)) return;
    var button = document.createElement("button"), text = e.textContent.trim();
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy " + text.split("\n")[0]);
    button.addEventListener("click", function () { copy(text, button); });
    e.classList.add("command");
    e.after(button);
  });

  // A guess is typed where the number was folded away; the cell is unfolded when all its guesses are made.
  function key(guess) { return "guess " + location.pathname + " " + guess.dataset.name; }
  function recall(k) { try { return localStorage.getItem(k); } catch (e) { return null; } }
  function remember(k, text) { try { localStorage.setItem(k, text); } catch (e) { /* for this visit only */ } }
  function number(text, unit) {
    text = text.trim();
    if (unit && text.endsWith(unit)) text = text.slice(0, -unit.length).trim();
    return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;
  }
  document.querySelectorAll(".guess[data-value]").forEach(function (guess) {
    var value = Number(guess.dataset.value), unit = guess.dataset.unit, cell = guess.closest(".cell");
    var line = document.createElement("p"), label = document.createElement("label"), input = document.createElement("input");
    var button = document.createElement("button"), said = document.createElement("p");
    label.append("Your guess" + (unit ? " in " + unit : "") + " ", input);
    input.inputMode = "decimal";
    input.autocomplete = "off";
    input.size = 8;
    button.type = "button";
    button.textContent = "Compare";
    said.setAttribute("role", "status");
    line.className = "line";
    line.append(label, " ", button);
    guess.append(line, said);
    function take(again) {
      var guessed = number(input.value, unit);
      if (!isFinite(guessed)) { said.textContent = "Type a number, like 7.5."; return; }
      var factor = guessed === value ? 1 : guessed > 0 && value > 0 ? Math.max(guessed / value, value / guessed) : Infinity;
      said.textContent = "You guessed " + (input.value.trim() + (unit && !input.value.trim().endsWith(unit) ? " " + unit : "")) + "; measured " +
        guess.dataset.shown + (isFinite(factor) ? ", off by a factor of " + factor.toPrecision(3) : "") + ".";
      guess.dataset.made = "";
      if (!again) remember(key(guess), input.value);
      var reveal = cell && cell.querySelector(".reveal");
      if (reveal && !cell.querySelector(".guess[data-value]:not([data-made])")) reveal.open = true;
    }
    button.addEventListener("click", function () { take(false); });
    input.addEventListener("keydown", function (e) { if (e.key === "Enter") take(false); });
    var before = recall(key(guess));
    if (before) { input.value = before; take(true); }
  });

  // What is folded is printed open.
  var opened = [];
  addEventListener("beforeprint", function () {
    document.querySelectorAll("details.question:not([open]), details.reveal:not([open])").forEach(function (d) { d.open = true; opened.push(d); });
  });
  addEventListener("afterprint", function () { opened.splice(0).forEach(function (d) { d.open = false; }); });
})();

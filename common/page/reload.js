// reload.js: reloads the page after it was written again. A page opened as a file cannot fetch, but a script
// beside it, which says when the page was last written, can be loaded every second.
(function () {
  "use strict";
  var me = document.currentScript, written = Number(me.dataset.written);
  window.written = function (time) { if (time !== written) location.reload(); };
  setInterval(function () {
    var s = document.createElement("script");
    s.nonce = me.nonce;
    s.src = me.dataset.stamp + "?" + Date.now();
    s.onload = s.onerror = function () { s.remove(); };
    document.head.appendChild(s);
  }, 1000);
})();

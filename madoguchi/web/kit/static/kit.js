// Extras; every page works without them. The exit button covers the page at once and replaces it in
// the history; Shift pressed three times within five seconds does the same, except in text fields.
(() => {
  "use strict";
  const exit = document.querySelector("[data-exit]");
  const cover = () => document.documentElement.classList.add("gone");
  const leave = () => {
    cover();
    document.title = "…";
    location.replace(exit.href);
  };
  if (exit) {
    exit.addEventListener("click", (event) => {
      event.preventDefault();
      leave();
    });
    const typing = (at) => at.closest("input, textarea, select, [contenteditable]");
    let pressed = [];
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Shift" || event.repeat || event.isComposing || event.keyCode === 229) {
        if (event.key !== "Shift") pressed = [];
        return;
      }
      if (typing(event.target)) return;
      pressed = pressed.filter((at) => event.timeStamp - at < 5000).concat(event.timeStamp);
      if (pressed.length === 3) leave();
    });
  }
  // A page kept by the browser for the Back button is asked for anew where nothing may stay.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && document.documentElement.hasAttribute("data-fresh")) {
      cover();
      location.reload();
    }
  });
  const slips = document.getElementById("slips");
  if (slips) slips.focus();
})();

// Keys that lead through the desk: `data-keys` says which ("g n": one after the other). They are
// deaf inside fields, while kana are converted and beside Ctrl, Alt or Meta; /keys/ turns them off.
(() => {
  "use strict";
  const PAUSE = 1500;
  let before = "";
  let at = 0;
  const deaf = (event) =>
    event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey || event.repeat ||
    event.target.closest("input, textarea, select, [contenteditable]");
  // Words that nothing saves by itself are not left by a key: the field is shown instead.
  const unsent = () =>
    [...document.querySelectorAll("main form:not(#sheet) :is(textarea, input[type=text], input[type=tel])")].find(
      (field) => !field.hidden && field.value !== field.defaultValue,
    );
  const go = async (link) => {
    const field = unsent();
    if (field) return field.focus();
    if (window.madoguchiUnsaved) await window.madoguchiUnsaved();
    link.click();
  };
  const along = (step) => {
    const links = [...document.querySelectorAll("table.cases tbody th a")];
    const here = links.indexOf(document.activeElement);
    const next = links[here < 0 ? 0 : Math.min(Math.max(here + step, 0), links.length - 1)];
    if (next) next.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (deaf(event) || event.key === "Shift") return;
    const pressed = before && event.timeStamp - at < PAUSE ? `${before} ${event.key}` : event.key;
    const found = document.querySelector(`[data-keys="${CSS.escape(pressed)}"]`);
    before = pressed === "g" ? pressed : "";
    at = event.timeStamp;
    if (found) {
      event.preventDefault();
      go(found);
    } else if (pressed === "j" || pressed === "k") along(pressed === "j" ? 1 : -1);
  });
})();

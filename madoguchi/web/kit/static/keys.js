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
  const unfold = (summary) => {
    const details = summary.parentElement;
    details.open = true;
    (details.querySelector("input:not([type=hidden]), select, textarea") || summary).focus();
  };
  const go = async (link) => {
    if (link.matches("summary")) return unfold(link);
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
  // Beside the sheet, which has its own: Ctrl+Enter sends a form of one button, from inside it.
  const send = (event) => {
    const form = event.target.closest("main form:not(#sheet)");
    const buttons = form ? form.querySelectorAll("button.button") : [];
    if (event.isComposing || event.keyCode === 229 || buttons.length !== 1) return;
    event.preventDefault();
    form.requestSubmit(buttons[0]);
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) return send(event);
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

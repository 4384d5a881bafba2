// Extras of the sheet; it works without them. What is typed is saved by itself, the minutes count
// from the first key, a row of marks is one stop of Tab, Ctrl+Enter files, Enter never does.
(() => {
  "use strict";
  const sheet = document.getElementById("sheet");
  if (!sheet) return;
  const said = document.getElementById("saved");
  const SAVE_AFTER = 3000;
  const TRY_AGAIN_AFTER = 15000;
  const composing = (event) => event.isComposing || event.keyCode === 229;
  let changes = 0;
  let kept = 0;
  let waiting = 0;
  let saving = null;

  const save = async () => {
    clearTimeout(waiting);
    const upTo = changes;
    if (upTo === kept) return;
    const body = new URLSearchParams();
    new FormData(sheet).forEach((word, name) => typeof word === "string" && body.append(name, word));
    body.set("do", "autosave");
    try {
      const answer = await fetch(sheet.action, { method: "POST", body, redirect: "error" });
      const part = answer.status === 422; // more than a sheet may hold
      const told = (answer.ok || part) && (await answer.json());
      if (!told) throw new Error("not saved");
      sheet.action = told.to;
      sheet.elements.revision.value = told.revision;
      document.querySelectorAll("#sheet [formaction]").forEach((button) => {
        button.formAction = `${told.to}#number`;
      });
      if (part) throw new Error("saved in part");
      kept = upTo;
      said.textContent = told.at + sheet.dataset.saved;
    } catch {
      said.textContent = sheet.dataset.unsaved;
      soon(TRY_AGAIN_AFTER);
    }
  };
  const inTurn = () => {
    const own = (saving || Promise.resolve()).then(save).then(() => saving === own && (saving = null));
    return (saving = own);
  };
  const soon = (after = SAVE_AFTER) => {
    clearTimeout(waiting);
    waiting = setTimeout(inTurn, after);
  };
  sheet.addEventListener("input", () => {
    changes += 1;
    soon();
  });
  document.addEventListener("visibilitychange", () => document.hidden && inTurn());
  window.madoguchiUnsaved = () => changes !== kept && inTurn();
  // A press waits for the saving that is under way: it would meet a sheet that has gone on.
  sheet.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (!saving) return;
    event.preventDefault();
    const by = event.submitter;
    saving.then(() => sheet.requestSubmit(by));
  });

  const minutes = sheet.elements.minutes;
  let began = 0;
  let own = minutes.value !== "";
  minutes.addEventListener("input", () => (own = true));
  sheet.addEventListener("keydown", (event) => {
    began = began || event.timeStamp;
    if (!own) minutes.value = String(Math.max(1, Math.ceil((event.timeStamp - began) / 60000)));
    if (composing(event)) return;
    if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      sheet.requestSubmit(sheet.querySelector("[data-press]"));
    } else if (event.key === "Enter" && event.target.matches("input:not([type=file])")) {
      event.preventDefault();
      inTurn();
    }
  });

  sheet.querySelectorAll("[data-row]").forEach((row) => {
    const marks = [...row.querySelectorAll("input[type=checkbox]")];
    const stop = (at) => marks.forEach((mark, place) => (mark.tabIndex = place === at ? 0 : -1));
    stop(0);
    row.addEventListener("focusin", (event) => stop(marks.indexOf(event.target)));
    row.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const at = marks.indexOf(event.target);
      if (!step || at < 0 || composing(event)) return;
      event.preventDefault();
      marks[(at + step + marks.length) % marks.length].focus();
    });
  });
  if (location.hash === "" && !document.querySelector(".slips")) sheet.elements.phone.focus();
})();

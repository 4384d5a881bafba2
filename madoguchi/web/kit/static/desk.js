// Extras of the desk: hide the screen at once, put a text block where the cursor is, keep what the
// other forms of a page hold, print,
// and passkeys (the one thing that needs a script).
(() => {
  "use strict";
  const hide = document.querySelector("[data-hide]");
  if (hide) {
    const root = document.documentElement;
    const back = document.createElement("button");
    back.className = "button second uncover";
    back.textContent = hide.dataset.hide || hide.textContent;
    const { title } = document;
    const cover = document.createElement("h1");
    cover.className = "cover";
    cover.textContent = hide.dataset.hidden;
    back.addEventListener("click", () => {
      root.classList.remove("covered");
      document.title = title;
      cover.remove();
      back.remove();
      hide.focus();
    });
    hide.addEventListener("click", (event) => {
      event.preventDefault();
      root.classList.add("covered");
      document.title = hide.dataset.hidden;
      document.body.append(cover, back);
      back.focus();
    });
  }
  for (const button of document.querySelectorAll("[data-insert]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const chosen = button.parentElement.querySelector("select").selectedOptions[0];
      const into = document.getElementById(button.dataset.insert);
      const words = chosen.dataset.words;
      into.focus();
      if (words) into.setRangeText((into.selectionStart ? "\n" : "") + words, into.selectionStart, into.selectionEnd, "end");
    });
  }
  // Where a page has several forms, what stands in the others is sent along and comes back with the
  // answer; no other way leads away from it unasked. Where they cannot come back ("ask"), no form
  // leads away from another unasked either. Nothing typed is put down in the browser.
  const several = document.querySelector("[data-several]");
  if (several) {
    const forms = [...several.querySelectorAll("form")];
    const text = (at) => at.matches("textarea, input[type=text]") && at.value !== at.defaultValue;
    const unsent = (form) => "unsent" in form.dataset || [...form.elements].some(text);
    let sent = false;
    several.addEventListener("submit", ({ target }) => {
      const others = forms.filter((each) => each !== target && unsent(each));
      sent = several.dataset.several !== "ask" || !others.length;
      for (const form of sent ? others : []) {
        new FormData(form).forEach((value, name) => {
          if (target.elements[name]) return;
          const word = document.createElement("input");
          Object.assign(word, { type: "hidden", name, value });
          target.append(word);
        });
      }
    });
    addEventListener("pageshow", () => (sent = false));
    addEventListener("beforeunload", (event) => !sent && forms.some(unsent) && event.preventDefault());
  }
  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
  const passkey = document.querySelector("[data-passkey]");
  const forms = window.allauth && window.allauth.webauthn && window.allauth.webauthn.forms;
  if (passkey && forms) {
    const way = passkey.dataset.passkey;
    forms[`${way}Form`]({
      ids: { [way]: "passkey", credential: "passkey-credential", data: "passkey-data", passwordless: "passkey-alone" },
    });
  }
})();

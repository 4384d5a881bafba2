// Extras of the desk: hide the screen at once, put a text block where the cursor is, print,
// and passkeys (the one thing that needs a script).
(() => {
  "use strict";
  const hide = document.querySelector("[data-hide]");
  if (hide) {
    const root = document.documentElement;
    const back = document.createElement("button");
    back.className = "button second uncover";
    back.textContent = hide.dataset.hide || hide.textContent;
    back.addEventListener("click", () => {
      root.classList.remove("covered");
      back.remove();
      hide.focus();
    });
    hide.addEventListener("click", (event) => {
      event.preventDefault();
      root.classList.add("covered");
      document.body.append(back);
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

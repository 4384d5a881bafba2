// Extras of the desk: hide the screen at once, and passkeys (the one thing that needs a script).
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
  const passkey = document.querySelector("[data-passkey]");
  const forms = window.allauth && window.allauth.webauthn && window.allauth.webauthn.forms;
  if (passkey && forms) {
    const way = passkey.dataset.passkey;
    forms[`${way}Form`]({
      ids: { [way]: "passkey", credential: "passkey-credential", data: "passkey-data", passwordless: "passkey-alone" },
    });
  }
})();

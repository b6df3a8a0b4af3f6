// Guesses the time zone, copies what is to be copied, and lets a form elsewhere answer in place.
(function () {
  "use strict";
  var all = function (what, act) { Array.prototype.forEach.call(document.querySelectorAll(what), act); };
  var zone = "";
  try { zone = Intl.DateTimeFormat().resolvedOptions().timeZone || ""; } catch (e) { /* then not */ }

  all("[name=zone][data-guess]", function (field) {
    if (field.value || !zone) return;
    field.value = zone;
    if (field.value !== zone) { field.value = ""; return; }
    all("[data-guessed]", function (hint) { hint.hidden = false; });
  });

  if (navigator.clipboard) all("button[data-copy]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var field = document.getElementById(button.dataset.copy), said = button.innerHTML;
      navigator.clipboard.writeText(field.value).then(function () {
        button.textContent = button.dataset.done;
        setTimeout(function () { button.innerHTML = said; }, 2000);
      }, function () { field.select(); });
    });
  });

  all("form[data-follow]", function (form) {
    var place = form.querySelector("[data-answer]");
    if (!place || !window.fetch || !window.URLSearchParams) return;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      fetch(form.action, {
        method: "POST", headers: { Accept: "application/json" }, credentials: "omit",
        body: new URLSearchParams(new FormData(form))
      }).then(function (answer) { return answer.json(); }).then(function (said) {
        place.textContent = said.text;
        if (said.ok) form.reset();
      }, function () { form.submit(); });
    });
  });
})();

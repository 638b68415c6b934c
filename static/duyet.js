/* Nothing here is needed: every page works without script. It only saves a step. */
"use strict";

document.addEventListener("click", function (event) {
  var button = event.target.closest ? event.target.closest("[data-print]") : null;
  if (button) { event.preventDefault(); window.print(); }
});

/* A second click on a sent form does nothing; the server would answer 409 anyway. */
document.addEventListener("submit", function (event) {
  var form = event.target;
  if (form.method !== "post") { return; }
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", function () {
  document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
});

/* Leaving a page with unsent text asks first. */
(function () {
  var form = document.querySelector("form[data-guard]");
  if (!form) { return; }
  var changed = false;
  form.addEventListener("input", function () { changed = true; });
  form.addEventListener("submit", function () { changed = false; });
  window.addEventListener("beforeunload", function (event) { if (changed) { event.preventDefault(); } });
})();

var problems = document.getElementById("problems");
if (problems) { problems.focus(); }
document.querySelectorAll("select[data-go]").forEach(function (select) {
  select.addEventListener("change", function () { select.form.submit(); });
});

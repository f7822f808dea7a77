"use strict";
(function () {
  var cases = Array.prototype.slice.call(document.querySelectorAll(".case"));
  var form = document.getElementById("filters");
  var count = document.getElementById("count");
  var empty = document.getElementById("empty");
  if (!form) { return; }

  function wanted(name) { return form.elements[name] ? form.elements[name].value : ""; }

  function apply() {
    var text = wanted("text").trim().toLowerCase();
    var result = wanted("result"), kind = wanted("kind"), cause = wanted("cause");
    var section = wanted("section"), outcome = wanted("outcome"), change = wanted("change");
    var shown = 0;
    cases.forEach(function (one) {
      var data = one.dataset;
      var ok = (!result || data.result === result)
        && (!kind || data.kind === kind)
        && (!cause || data.cause === cause)
        && (!section || data.section === section || data.section.indexOf(section + " > ") === 0)
        && (!outcome || (outcome === "changed" ? data.changed === "yes" : data.outcome === outcome))
        && (!change || (change === "differs" ? data.differs === "yes" : data.change === change))
        && (!text || data.search.indexOf(text) !== -1);
      one.hidden = !ok;
      if (ok) { shown += 1; }
    });
    count.textContent = "แสดง " + shown + " จาก " + cases.length + " ข้อ";
    empty.hidden = shown !== 0;
    document.querySelectorAll("[data-set]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(wanted(button.dataset.set) === button.dataset.value));
    });
  }

  form.addEventListener("input", apply);
  form.addEventListener("change", apply);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(apply, 0); });

  document.querySelectorAll("[data-set]").forEach(function (button) {
    button.addEventListener("click", function () {
      var field = form.elements[button.dataset.set];
      var on = field.value === button.dataset.value;
      form.reset();
      field.value = on ? "" : button.dataset.value;
      if (!on && form.elements.result && button.dataset.set !== "result") {
        form.elements.result.value = button.dataset.set === "cause" ? "wrong" : "";
      }
      apply();
      document.getElementById("cases").scrollIntoView();
    });
  });

  document.getElementById("open").addEventListener("click", function () {
    var hidden = cases.filter(function (one) { return !one.hidden; });
    var open = hidden.some(function (one) { return !one.open; });
    hidden.forEach(function (one) { one.open = open; });
  });

  // A citation mark opens nothing: its case is open already. A link from elsewhere opens the case it points into.
  function reveal() {
    var target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var one = target && target.closest(".case");
    if (one) { one.hidden = false; one.open = true; target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", reveal);

  // On paper: every case that is shown, opened.
  var closed = [];
  window.addEventListener("beforeprint", function () {
    closed = cases.filter(function (one) { return !one.hidden && !one.open; });
    closed.forEach(function (one) { one.open = true; });
  });
  window.addEventListener("afterprint", function () {
    closed.forEach(function (one) { one.open = false; });
  });

  apply();
  reveal();
}());

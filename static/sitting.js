/* A meeting's page: every tap is kept at once. Without this file one button stores the whole page.
   What could not be sent waits in sessionStorage, as marks and what was typed here, never a text of a
   commitment, and is sent again when the connection is back, or when the page is opened again. */
"use strict";

(function () {
  var unfinished = document.querySelector("[data-unfinished]");
  if (unfinished) { window.setTimeout(function () { window.location.reload(); }, 3000); }

  var form = document.getElementById("meeting");
  if (!form || !window.fetch || !window.URLSearchParams) { return; }

  var words = form.dataset;
  var token = form.querySelector("[name=csrf_token]").value;
  var status = document.querySelector("[data-status]");
  var store = "sitting-" + words.sitting + "-" + words.owner;
  var waiting = read();        // part of the page → its address and fields, oldest first
  var sending = false;         // whether something is on its way
  var wait = 1000;             // milliseconds until the next try
  var timer = null;
  var then = null;             // what to do when everything is sent

  form.querySelectorAll("[data-no-script]").forEach(function (e) { e.hidden = true; });

  function read() {
    try { return JSON.parse(window.sessionStorage.getItem(store)) || {}; } catch (e) { return {}; }
  }
  function keep() {
    form.dataset.waiting = Object.keys(waiting).length;
    try {
      if (Object.keys(waiting).length) { window.sessionStorage.setItem(store, JSON.stringify(waiting)); }
      else { window.sessionStorage.removeItem(store); }
    } catch (e) { /* full or switched off: the page itself still holds everything */ }
  }
  function say(text) { if (status && status.textContent !== text) { status.textContent = text; } }

  /* -- gathering and sending */

  function fields(part) {
    var found = [];
    part.querySelectorAll("input[name], select[name], textarea[name]").forEach(function (e) {
      if ((e.type === "checkbox" || e.type === "radio") && !e.checked) { return; }
      found.push([e.name, e.value]);
    });
    return found;
  }
  function put(part) {
    delete waiting[part.id];
    waiting[part.id] = { to: part.dataset.save, fields: fields(part) };
    keep();
    send();
  }
  function send() {
    if (sending) { return; }
    var id = Object.keys(waiting)[0];
    if (!id) {
      if (then) { var go = then; then = null; go(); }
      return;
    }
    window.clearTimeout(timer);
    sending = true;
    var body = JSON.stringify(waiting[id]);
    say(words.saving);
    fetch(waiting[id].to, {
      method: "POST",
      body: new URLSearchParams(waiting[id].fields),
      headers: { "Accept": "application/json", "X-CSRFToken": token },
      credentials: "same-origin",
      redirect: "manual"
    }).then(function (answer) {
      if (answer.status === 200) {
        return answer.json().then(function (now) { sent(id, body); kept(id, now); });
      }
      if (answer.type === "opaqueredirect" || answer.status === 400) { stop(words.signedOut); return; }
      if (answer.status >= 500 || answer.status === 429) { throw new Error("later"); }
      return answer.json().then(
        function (said) { sent(id, body); refused(id, said); },
        function () { sent(id, body); refused(id, {}); }
      );
    }).catch(function () {
      sending = false;
      then = null;
      say(words.offline);
      timer = window.setTimeout(send, wait);
      wait = Math.min(wait * 2, 30000);
    });
  }
  function sent(id, body) {
    sending = false;
    wait = 1000;
    if (JSON.stringify(waiting[id]) === body) { delete waiting[id]; }
    keep();
  }
  function stop(text) { sending = false; then = null; say(text); }

  /* -- what the answer changes on the page */

  function kept(id, now) {
    problem(id, "");
    figures(id, now);
    if (!Object.keys(waiting).length) { say(now.saved); }
    if (now.again) { then = again; }  // another day, chair or number: another list, another warning
    send();
  }
  function figures(id, now) {
    put_there(id, now.stands);
    show("[data-progress]", now.progress);
    var bar = document.querySelector(".sticky .meter");
    if (bar) {
      bar.setAttribute("aria-label", now.progress);
      bar.querySelector("rect").setAttribute("width", now.decided);
    }
    show("[data-reviewed]", now.reviewed);
    show("[data-closing]", now.closing);
    document.querySelectorAll("[data-missing]").forEach(function (e) {
      e.hidden = !now.missing;
      if (now.missing) { e.querySelector("a").textContent = now.missing; }
    });
    var list = form.querySelector("[data-attendance]");
    list.textContent = "";
    now.attendance.forEach(function (pair) {
      list.appendChild(document.createElement("dt")).textContent = pair[0];
      list.appendChild(document.createElement("dd")).textContent = pair[1];
    });
    form.querySelectorAll(".ballot").forEach(function (ballot) {
      var said = now.chairs[ballot.id.split(".")[1]];
      var line = ballot.querySelector("[data-chair]");
      line.hidden = !said;
      line.querySelector("span").textContent = said || "";
    });
    next();
  }
  function again() {
    if (typing) { then = again; return; }
    window.location.reload();
  }
  /* What is kept of a part: its mark, and after a refusal what is ticked or chosen there. What was
     typed stays; what waits to be sent of that part is of the same mark now. */
  function put_there(id, stands) {
    var part = document.getElementById(id);
    Object.keys(stands || {}).forEach(function (name) {
      ((waiting[id] || {}).fields || []).forEach(function (pair) {
        if (pair[0] === name && /\.seen$/.test(name)) { pair[1] = stands[name]; }
      });
      if (!part) { return; }
      part.querySelectorAll("[name]").forEach(function (e) {
        if (e.name !== name) { return; }
        if (e.type === "checkbox" || e.type === "radio") { e.checked = e.value === stands[name]; }
        else { e.value = stands[name]; }
      });
    });
    keep();
  }
  function refused(id, said) {
    var problems = said.problems || [];
    if (said.stands && Object.keys(said.stands).length) {
      delete waiting[id];  // what was tapped on an old page is not sent over what stands
      figures(id, said);
    }
    var text = problems.map(function (p) { return p.text; }).join(" ") || words.refused;
    problem(id, text);
    then = null;
    say(words.refused);
    send();
  }
  function problem(id, text) {
    var part = document.getElementById(id);
    var place = part && part.querySelector("[data-error]");
    if (place) { place.textContent = text; place.hidden = !text; }
  }
  function show(selector, text) {
    document.querySelectorAll(selector).forEach(function (e) { e.textContent = text; });
  }
  function next() {
    var link = document.querySelector("[data-next]");
    if (!link) { return; }
    var open = Array.prototype.find.call(form.querySelectorAll(".ballot"), function (ballot) {
      return !ballot.querySelector("input[type=radio]:checked");
    });
    link.setAttribute("href", open ? "#" + open.id : "#closing");
    link.textContent = open ? link.dataset.more : link.dataset.end;
  }

  /* -- what the person does */

  form.addEventListener("change", function (event) {
    var part = event.target.closest("[data-save]");
    if (part) { put(part); }
  });
  var typing = null;
  form.addEventListener("input", function (event) {
    if (!event.target.matches("textarea, input:not([type=radio]):not([type=checkbox])")) { return; }
    var part = event.target.closest("[data-save]");
    window.clearTimeout(typing);
    typing = window.setTimeout(function () { typing = null; if (part) { put(part); } }, 1200);
  });
  form.addEventListener("submit", function (event) {
    if (!Object.keys(waiting).length) { return; }
    event.preventDefault();
    event.stopPropagation();
    var button = event.submitter;
    then = function () { form.requestSubmit(button); };
    send();
  });
  window.addEventListener("online", function () { wait = 1000; send(); });
  window.addEventListener("beforeunload", function (event) {
    if (Object.keys(waiting).length && !navigator.onLine) { event.preventDefault(); }
  });

  /* -- section 3, fetched when it is opened: that it was read is written down */

  form.addEventListener("toggle", function (event) {
    var details = event.target;
    if (!details.open || !details.dataset.text) { return; }
    var place = details.querySelector(".ballot__text");
    var link = place.innerHTML;
    var address = details.dataset.text;
    details.removeAttribute("data-text");
    place.textContent = words.loading;
    fetch(address + "?part=1", { credentials: "same-origin", redirect: "error" }).then(function (answer) {
      if (!answer.ok) { throw new Error("later"); }
      return answer.text();
    }).then(function (text) {
      place.innerHTML = text;
    }).catch(function () {
      details.dataset.text = address;
      place.innerHTML = link;
      place.insertAdjacentText("afterbegin", words.unloaded);
    });
  }, true);

  /* -- marks that an earlier visit could not send: shown again, and sent */

  Object.keys(waiting).forEach(function (id) {
    var part = document.getElementById(id);
    if (!part) { delete waiting[id]; return; }
    part.querySelectorAll("input[type=checkbox], input[type=radio]").forEach(function (e) {
      e.checked = false;
    });
    waiting[id].fields.forEach(function (pair) {
      part.querySelectorAll("[name]").forEach(function (e) {
        if (e.name !== pair[0] || e.type === "hidden") { return; }
        if (e.type === "checkbox" || e.type === "radio") { e.checked = e.checked || e.value === pair[1]; }
        else { e.value = pair[1]; }
      });
    });
  });
  next();
  keep();
  send();
})();

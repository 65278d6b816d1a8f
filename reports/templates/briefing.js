"use strict";
(function () {
  var make = function (tag, text, name) {
    var element = document.createElement(tag);
    if (text) element.textContent = text;
    if (name) element.className = name;
    return element;
  };

  var evidence = Array.prototype.slice.call(document.querySelectorAll("details.ev"));
  var brief = document.querySelector("section.brief");
  if (brief && evidence.length) {
    var all = make("button", "Open all words cited", "plain");
    all.type = "button";
    all.setAttribute("aria-pressed", "false");
    all.addEventListener("click", function () {
      var open = all.getAttribute("aria-pressed") !== "true";
      evidence.forEach(function (one) { one.open = open; });
      all.setAttribute("aria-pressed", String(open));
    });
    brief.appendChild(all);
  }

  var table = document.getElementById("incident-table");
  if (!table) return;
  var body = table.tBodies[0];
  var rows = Array.prototype.slice.call(body.rows);
  var shown = 50;
  var words = "";

  var value = function (row, column) {
    var cell = row.cells[column];
    return cell.hasAttribute("data-v") ? cell.getAttribute("data-v") : cell.textContent.trim();
  };
  var compare = function (column, down) {
    return function (one, other) {
      var a = value(one, column), b = value(other, column);
      if (a === "" || b === "") return (a === "") - (b === "");
      var order = isNaN(a) || isNaN(b) ? a.localeCompare(b, "en") : a - b;
      return down ? -order : order;
    };
  };

  var tools = document.getElementById("incident-tools");
  var name = make("label", "Show only rows with ");
  var field = make("input");
  field.type = "search";
  field.autocomplete = "off";
  name.appendChild(field);
  var told = make("p", "", "told");
  told.setAttribute("role", "status");
  var more = make("button", "", "plain");
  more.type = "button";
  tools.appendChild(name);
  tools.appendChild(told);
  table.parentNode.parentNode.insertBefore(more, table.parentNode.nextSibling);

  var draw = function () {
    var fitting = rows.filter(function (row) {
      return words.split(/\s+/).every(function (word) { return row.textContent.toLowerCase().indexOf(word) >= 0; });
    });
    rows.forEach(function (row) { row.hidden = true; });
    fitting.slice(0, shown).forEach(function (row) { row.hidden = false; });
    told.textContent = fitting.length === rows.length ? rows.length + " incidents" :
      fitting.length + " of " + rows.length + " incidents";
    more.hidden = fitting.length <= shown;
    more.textContent = "Show all " + fitting.length;
  };
  field.addEventListener("input", function () { words = field.value.trim().toLowerCase(); draw(); });
  more.addEventListener("click", function () { shown = rows.length; draw(); });
  window.addEventListener("beforeprint", function () { shown = rows.length; draw(); });

  Array.prototype.slice.call(table.tHead.rows[0].cells).forEach(function (head, column, heads) {
    var button = make("button", head.textContent);
    button.type = "button";
    head.textContent = "";
    head.appendChild(button);
    button.addEventListener("click", function () {
      var now = head.getAttribute("aria-sort");
      // Severity and articles begin with the most.
      var down = now ? now === "ascending" : rows.length > 0 && rows[0].cells[column].hasAttribute("data-v");
      heads.forEach(function (one) { one.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      rows.sort(compare(column, down));
      rows.forEach(function (row) { body.appendChild(row); });
      draw();
    });
  });
  draw();
})();

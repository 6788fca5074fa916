// Beyond what every page has without it: tables that can be sorted, and a field to search by. Nothing is fetched.
"use strict";
(() => {
  const folded = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();
  const number = (text) => {
    const found = text.replace(/\u2212/g, "-").match(/-?\d{1,3}(?:\.\d{3})+(?:,\d+)?|-?\d+(?:,\d+)?/);
    return found && !/^\p{L}/u.test(text) ? Number(found[0].replace(/\./g, "").replace(",", ".")) : null;
  };
  const day = (text) => {
    const found = text.match(/(?:(\d\d:\d\d) ngày )?(\d\d)\/(\d\d)\/(\d{4})/);
    return found ? `${found[4]}${found[3]}${found[2]}${found[1] || ""}` : null;
  };
  const worth = (cell) => {
    const text = (cell.querySelector(".n") || cell).textContent.trim();
    if (text === "–" || text === "") return [2, 0];
    const when = day(text);
    if (when) return [1, when];
    const value = number(text);
    return value === null ? [1, folded(text)] : [0, value];
  };
  const compare = (a, b) => a[0] - b[0] || (typeof a[1] === "number" && typeof b[1] === "number"
    ? a[1] - b[1] : String(a[1]).localeCompare(String(b[1]), "vi"));

  const sort = (table, place, head) => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => [worth(row.cells[place]), row]);
    const nothing = (a, b) => (a[0][0] === 2) - (b[0][0] === 2);
    rows.sort((a, b) => nothing(a, b) || (up ? 1 : -1) * compare(a[0], b[0]));
    body.append(...rows.map(([, row]) => row));
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    [...table.tHead.rows[0].cells].forEach((head, place) => {
      // Not a <button>: with one in it, Chromium no longer repeats the head of the table on every printed page.
      const button = document.createElement("span");
      button.setAttribute("role", "button");
      button.tabIndex = 0;
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(table, place, head));
      button.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        sort(table, place, head);
      });
      head.append(button);
    });
  }

  const place = document.getElementById("tim");
  if (place) {
    const label = document.createElement("label");
    const field = document.createElement("input");
    const said = document.createElement("p");
    field.type = "search";
    said.setAttribute("role", "status");
    label.append("Tìm ", field);
    place.append(label, said);
    const entries = [...document.querySelectorAll(".index li")].map((entry) => [folded(entry.textContent), entry]);
    field.addEventListener("input", () => {
      const words = folded(field.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const [text, entry] of entries) {
        entry.hidden = !words.every((word) => text.includes(word));
        shown += entry.hidden ? 0 : 1;
      }
      said.textContent = words.length ? `${shown} mục` : "";
    });
  }
})();

"use strict";
// The page works without this script, which adds sorting, filtering, export and a theme, and keeps the view in the address.
(() => {
  const view = new URLSearchParams();
  let place = "";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // ---- the view in the address: #section&key=value
  const read = () => {
    const [first, ...rest] = location.hash.slice(1).split("&");
    const bare = first && !first.includes("=");
    place = bare ? decodeURIComponent(first) : "";
    for (const key of [...view.keys()]) view.delete(key);
    for (const [key, value] of new URLSearchParams((bare ? rest : [first, ...rest]).join("&"))) view.set(key, value);
  };
  const address = (target) => "#" + [target && encodeURIComponent(target), view.toString()].filter(Boolean).join("&");
  const keep = (key, value) => {
    if (value) view.set(key, value); else view.delete(key);
    history.replaceState(null, "", address(place) === "#" ? location.pathname + location.search : address(place));
  };

  // ---- export
  const save = (name, type, text) => {
    const link = make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const words = (cell) => [...cell.childNodes].filter((node) => !(node.classList && node.classList.contains("trace")))
    .map((node) => node.textContent).join("").replace(/\s+/g, " ").trim();
  const verdict = (cell) => (cell.querySelector(".word")?.lastChild.textContent ?? "");
  const limits = (cell) => (cell.querySelector("small")?.textContent.replaceAll("\u2212", "-").match(/^\[(.*), (.*)\]$/) ?? ["", "", ""]).slice(1);
  const visible = (table) => table.rows.filter((row) => !row.classList.contains("gone"));
  const shown = (table) => [table.heads.map((head) => head.dataset.label), visible(table).map((row) => [...row.cells].map(words))];
  // for machines: a mean, its limits and its verdict get separate columns
  const plain = (table) => {
    const columns = table.heads.flatMap((head, at) => {
      const cells = table.rows.map((row) => row.cells[at]), name = head.dataset.label;
      const found = [[name, (cell) => cell.dataset.v ?? words(cell)]];
      if (cells.some((cell) => limits(cell)[0])) found.push([name + " low", (cell) => limits(cell)[0]], [name + " high", (cell) => limits(cell)[1]]);
      if (cells.some(verdict)) found.push([name + " verdict", verdict]);
      return found.map(([label, read]) => [label, (row) => read(row.cells[at])]);
    });
    return [columns.map(([label]) => label), visible(table).map((row) => columns.map(([, read]) => read(row)))];
  };
  const quoted = (text) => {
    const safe = /^[=+@\t\r]/.test(text) && Number.isNaN(Number(text)) ? "'" + text : text; // no formula in a spreadsheet
    return /[",\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  };
  const writers = {
    CSV: (table) => {
      const [heads, rows] = plain(table);
      return ["csv", "text/csv", [heads, ...rows].map((row) => row.map(quoted).join(",")).join("\n") + "\n"];
    },
    JSON: (table) => {
      const [heads, rows] = plain(table);
      const number = (text) => (text !== "" && !Number.isNaN(Number(text)) ? Number(text) : text);
      const objects = rows.map((row) => Object.fromEntries(row.map((text, at) => [heads[at], number(text)])));
      return ["json", "application/json", JSON.stringify(objects, null, 1) + "\n"];
    },
    Markdown: (table) => {
      const [heads, rows] = shown(table);
      const line = (row) => "| " + row.map((text) => text.replaceAll("|", "\\|")).join(" | ") + " |";
      return ["md", "text/markdown", [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n") + "\n"];
    },
  };

  // ---- tables
  const tables = all(".table").map((box) => ({ box, id: box.id, heads: all("thead th", box), body: box.querySelector("tbody"), rows: all("tbody tr", box) }));
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v !== undefined ? (cell.dataset.v === "" ? NaN : Number(cell.dataset.v)) : cell.classList.contains("n") ? NaN : words(cell).toLowerCase();
  };
  const compare = (a, b, way) => {
    if (typeof a === "number" && typeof b === "number") {
      if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b); // missing values come last
      return way * (a - b);
    }
    return way * String(a).localeCompare(String(b), undefined, { numeric: true });
  };
  const sort = (table, column, way) => {
    table.heads.forEach((head, at) => head.setAttribute("aria-sort", at === column ? (way > 0 ? "ascending" : "descending") : "none"));
    const order = column === undefined ? table.rows : [...table.rows].sort((a, b) => compare(value(a, column), value(b, column), way));
    table.body.append(...order);
  };
  const sieve = (table) => {
    const groups = (table.query || "").toLowerCase().split(/\s+/).filter(Boolean).map((word) => word.split("|"));
    const learner = view.get("learner") || "", kind = view.get("kind") || "";
    let shown = 0;
    for (const row of table.rows) {
      const text = (row.dataset.words ||= row.textContent.toLowerCase());
      const fits = groups.every((choices) => choices.some((word) => word && text.includes(word)))
        && (!learner || !row.dataset.learner || row.dataset.learner === learner) && (!kind || !row.dataset.kind || row.dataset.kind === kind);
      row.classList.toggle("gone", !fits);
      shown += fits;
    }
    const total = table.rows.length, noun = total === 1 ? "row" : "rows";
    table.count.textContent = shown === total ? `${total} ${noun}` : `${shown} of ${total} ${noun}`;
  };
  const query = (table, text) => {
    table.query = text;
    table.input.value = text;
    keep("q." + table.id, text);
    sieve(table);
  };

  for (const table of tables) {
    const tools = make("div", { className: "tools" });
    table.input = make("input", { type: "search", placeholder: "Filter rows", title: "Show rows that contain all these words; a|b means either word" });
    table.input.setAttribute("aria-label", "Filter the rows of: " + table.box.querySelector("caption").textContent);
    table.input.addEventListener("input", () => query(table, table.input.value));
    table.count = make("span");
    table.count.setAttribute("aria-live", "polite");
    table.input.hidden = table.rows.length < 6;
    tools.append(table.input, table.count, make("span", { className: "space" }));
    for (const [format, write] of Object.entries(writers)) {
      const button = make("button", { type: "button", textContent: format, title: `Save this table as ${format}` });
      button.addEventListener("click", () => {
        const [ending, type, text] = write(table);
        save(`longtail-${table.id}.${ending}`, type, text);
      });
      tools.append(button);
    }
    table.box.prepend(tools);
    table.heads.forEach((head, column) => {
      head.dataset.label = head.textContent;
      const button = make("button", { type: "button", textContent: head.textContent });
      head.replaceChildren(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        const first = head.classList.contains("n") ? "descending" : "ascending";
        const next = before === "none" ? first : before === "ascending" ? "descending" : "ascending";
        sort(table, column, next === "ascending" ? 1 : -1);
        keep("s." + table.id, `${column}.${next}`);
      });
    });
  }

  // ---- from a number to the cells behind it
  const ledger = tables.find((table) => table.id === "cells-all");
  if (ledger) for (const row of all("tr[data-cells]")) {
    const ids = row.dataset.cells.split(" ");
    const button = make("button", { type: "button", className: "trace", textContent: `${ids.length} cell${ids.length > 1 ? "s" : ""}`, title: "Show the cells that this row comes from" });
    button.addEventListener("click", () => {
      query(ledger, ids.join("|"));
      for (let box = ledger.box; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
      ledger.box.scrollIntoView();
      ledger.input.focus({ preventScroll: true });
    });
    row.cells[0].append(button);
  }

  // ---- charts
  const painted = ["fill", "stroke", "font-family", "font-size", "stroke-width", "stroke-dasharray", "stroke-linejoin", "paint-order"];
  const paint = (from, to) => {
    const style = getComputedStyle(from);
    for (const name of painted) to.setAttribute(name, style.getPropertyValue(name));
    to.removeAttribute("class");
    [...from.children].forEach((child, at) => paint(child, to.children[at]));
  };
  const standalone = (panel) => {
    const svg = panel.querySelector("svg.chart"), copy = svg.cloneNode(true);
    paint(svg, copy);
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    const symbols = all(".keys li", panel.closest("figure"));
    const whole = 30 + height + 16 * symbols.length, name = "http://www.w3.org/2000/svg";
    const add = (parent, tag, attributes) => {
      const element = document.createElementNS(name, tag);
      for (const [key, text] of Object.entries(attributes)) element.setAttribute(key, text);
      return parent.appendChild(element);
    };
    const out = document.createElementNS(name, "svg");
    const look = getComputedStyle(document.documentElement), ink = getComputedStyle(document.body).color;
    for (const [key, text] of Object.entries({ xmlns: name, width, height: whole, viewBox: `0 0 ${width} ${whole}`, "font-family": look.fontFamily })) out.setAttribute(key, text);
    add(out, "rect", { width, height: whole, fill: getComputedStyle(document.body).backgroundColor });
    add(out, "text", { x: 8, y: 18, "font-size": 13, "font-weight": 600, fill: ink }).textContent = panel.querySelector("h4").textContent;
    for (const [key, text] of Object.entries({ y: 28, width, height })) copy.setAttribute(key, text);
    out.append(copy);
    symbols.forEach((item, at) => {
      const symbol = item.querySelector("svg"), twin = symbol.cloneNode(true);
      paint(symbol, twin);
      for (const [key, text] of Object.entries({ x: 8, y: 30 + height + 16 * at, width: 24, height: 12 })) twin.setAttribute(key, text);
      out.append(twin);
      add(out, "text", { x: 40, y: 40 + height + 16 * at, "font-size": 11, fill: ink }).textContent = item.textContent.trim();
    });
    return new XMLSerializer().serializeToString(out);
  };
  for (const panel of all(".panel")) {
    const title = panel.querySelector("h4").textContent;
    const button = make("button", { type: "button", textContent: "SVG", title: "Save this chart as SVG" });
    button.setAttribute("aria-label", `Save the chart ${title} as SVG`);
    button.addEventListener("click", () => save(`longtail-${panel.closest("figure").id}-${all(".panel", panel.parentElement).indexOf(panel)}.svg`, "image/svg+xml", standalone(panel)));
    panel.append(button);
  }

  // ---- controls
  const controls = document.getElementById("controls");
  const chooser = (label, key, choices) => {
    const select = make("select", { name: key }, ...choices.map(([text, value]) => make("option", { textContent: text, value })));
    select.addEventListener("change", () => { keep(key, select.value); show(); });
    controls.append(make("label", {}, label, select));
    return select;
  };
  const listed = (text) => text.split("\n").filter(Boolean);
  const learners = listed(controls.dataset.learners), kinds = listed(controls.dataset.kinds);
  const choosers = {};
  if (learners.length > 1) choosers.learner = chooser("Learner", "learner", [["all", ""], ...learners.map((name) => [name, name])]);
  if (kinds.length > 1) choosers.kind = chooser("Data", "kind", [["all", ""], ...kinds.map((name) => [name, name])]);
  choosers.theme = chooser("Theme", "theme", [["auto", ""], ["light", "light"], ["dark", "dark"]]);
  controls.hidden = false;

  const show = () => {
    const theme = view.get("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    for (const [key, select] of Object.entries(choosers)) {
      select.value = view.get(key) || "";
      if (select.selectedIndex < 0) select.value = "";
    }
    const learner = view.get("learner") || "", kind = view.get("kind") || "";
    for (const box of all(".group")) {
      box.classList.toggle("gone", Boolean((learner && box.dataset.learner && box.dataset.learner !== learner) || (kind && box.dataset.kind && box.dataset.kind !== kind)));
    }
    tables.forEach(sieve);
  };
  const restore = () => {
    read();
    for (const table of tables) {
      table.query = table.input.value = view.get("q." + table.id) || "";
      const [column, way] = (view.get("s." + table.id) || "").split(".");
      if (column !== "" && table.heads[Number(column)]) sort(table, Number(column), way === "ascending" ? 1 : -1);
      else sort(table);
    }
    show();
    const target = place && document.getElementById(place);
    if (target) {
      for (let box = target; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
      target.scrollIntoView();
    }
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link) return;
    place = decodeURIComponent(link.getAttribute("href").slice(1));
    event.preventDefault();
    history.pushState(null, "", address(place));
    const target = document.getElementById(place);
    if (!target) return;
    for (let box = target; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
    target.scrollIntoView();
    if (link.classList.contains("skip")) { target.tabIndex = -1; target.focus(); }
  });
  addEventListener("popstate", restore);
  addEventListener("beforeprint", () => all("details").forEach((box) => { box.open = true; }));

  const links = new Map(all(".links a").map((link) => [link.getAttribute("href").slice(1), link]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) {
      links.forEach((link) => link.removeAttribute("aria-current"));
      const link = links.get(entry.target.id);
      link.setAttribute("aria-current", "true");
      link.parentElement.scrollTo({ left: link.offsetLeft - 40 });
    }
  }, { rootMargin: "-10% 0px -80% 0px" });
  all("main > section").forEach((section) => seen.observe(section));
  restore();
})();

// What pages do beyond being read: colours, search, samples as tabs. All else is there without this.
"use strict";

const root = document.documentElement;
const keep = (name, value) => {
    try {
        if (value === null) localStorage.removeItem(name);
        else localStorage.setItem(name, value);
    } catch {
        // Nothing is kept here; the choice holds for this page.
    }
};

// Colours: automatic, dark, light, and around again.
const theme = document.getElementById("site-theme");
const themes = ["automatic", "dark", "light"];
const showTheme = () => {
    theme.textContent = `Colours: ${root.dataset.theme ?? "automatic"}`;
};
theme.hidden = false;
theme.addEventListener("click", () => {
    const next = themes[(themes.indexOf(root.dataset.theme ?? "automatic") + 1) % themes.length];
    if (next === "automatic") delete root.dataset.theme;
    else root.dataset.theme = next;
    keep("almanet-theme", next === "automatic" ? null : next);
    showTheme();
});
showTheme();

// On a phone the contents begin closed.
if (matchMedia("(max-width: 60rem)").matches) document.querySelector(".side details").open = false;

// Search: every word must be found, names count more than docs.
const box = document.getElementById("site-search");
const query = document.getElementById("site-query");
const found = document.getElementById("site-found");
const most = 30;
let entries = null;
let active = -1;

const prepared = () =>
    (entries ??= (window.almanetIndex ?? []).map(([name, kind, href, text]) => {
        const short = name.slice(name.lastIndexOf(".") + 1);
        return { name, kind, href, text, short, lowName: name.toLowerCase(), lowShort: short.toLowerCase(), low: text.toLowerCase() };
    }));

const score = (entry, words) => {
    let total = 0;
    for (const word of words) {
        if (entry.lowShort === word) total += 100;
        else if (entry.lowShort.startsWith(word)) total += 60;
        else if (entry.lowShort.includes(word)) total += 40;
        else if (entry.lowName.includes(word)) total += 20;
        else if (entry.low.includes(word)) total += 5;
        else return 0;
    }
    return total - entry.lowShort.length / 100;
};

const excerpt = (text, word) => {
    const at = Math.max(0, text.toLowerCase().indexOf(word) - 40);
    return (at > 0 ? "…" : "") + text.slice(at, at + 110) + (text.length > at + 110 ? "…" : "");
};

const close = () => {
    found.hidden = true;
    query.setAttribute("aria-expanded", "false");
    query.removeAttribute("aria-activedescendant");
    active = -1;
};

const activate = (index) => {
    const options = found.querySelectorAll("[role=option]");
    if (options.length === 0) return;
    active = (index + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
    query.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
};

const search = () => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return close();
    query.removeAttribute("aria-activedescendant");
    const hits = prepared()
        .map((entry) => ({ entry, score: score(entry, words) }))
        .filter((hit) => hit.score > 0)
        .sort((left, right) => right.score - left.score || left.entry.name.localeCompare(right.entry.name))
        .slice(0, most);
    found.replaceChildren(
        ...hits.map(({ entry }, at) => {
            const option = document.createElement("a");
            option.href = entry.href;
            option.id = `site-found-${at}`;
            option.tabIndex = -1;
            option.setAttribute("role", "option");
            option.setAttribute("aria-selected", "false");
            const name = Object.assign(document.createElement("span"), { className: "found-name", textContent: entry.name });
            const kind = Object.assign(document.createElement("span"), { className: "found-kind", textContent: entry.kind });
            const text = Object.assign(document.createElement("span"), { className: "found-text", textContent: excerpt(entry.text, words[0]) });
            option.append(name, kind, text);
            return option;
        }),
    );
    if (hits.length === 0) {
        const nothing = document.createElement("p");
        nothing.setAttribute("role", "option");
        nothing.setAttribute("aria-disabled", "true");
        nothing.setAttribute("aria-selected", "false");
        nothing.textContent = "Nothing found";
        found.replaceChildren(nothing);
    }
    found.hidden = false;
    query.setAttribute("aria-expanded", "true");
    active = -1;
    if (hits.length > 0) activate(0);
};

box.hidden = false;
query.addEventListener("input", search);
query.addEventListener("focus", () => query.value && search());
query.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") activate(active + 1);
    else if (event.key === "ArrowUp") activate(active - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter") found.querySelectorAll("a[role=option]")[active]?.click();
    else return;
    event.preventDefault();
});
found.addEventListener("click", () => setTimeout(close));
document.addEventListener("click", (event) => {
    if (!box.contains(event.target)) close();
});
document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        query.focus();
        event.preventDefault();
    }
});

// Samples as tabs: the language that was chosen once is shown everywhere.
const preferred = () => {
    try {
        return localStorage.getItem("almanet-sample");
    } catch {
        return null;
    }
};
const tabs = [];
const show = (label) => {
    for (const { list, panels } of tabs) {
        const has = panels.some((panel) => panel.label === label);
        if (!has) continue;
        for (const { label: own, tab, part } of panels) {
            const chosen = own === label;
            tab.setAttribute("aria-selected", String(chosen));
            tab.tabIndex = chosen ? 0 : -1;
            part.hidden = !chosen;
        }
        list.dataset.shown = label;
    }
};
document.querySelectorAll(".samples").forEach((samples, number) => {
    const parts = [...samples.querySelectorAll(".sample")];
    if (parts.length < 2) return;
    samples.classList.add("tabbed");
    const list = document.createElement("div");
    list.className = "tabs";
    list.setAttribute("role", "tablist");
    list.setAttribute("aria-label", "Samples");
    const panels = parts.map((part, at) => {
        const label = part.querySelector(".sample-name").textContent;
        const tab = document.createElement("button");
        tab.type = "button";
        tab.textContent = label;
        tab.id = `site-tab-${number}-${at}`;
        part.id = `site-panel-${number}-${at}`;
        tab.setAttribute("role", "tab");
        tab.setAttribute("aria-controls", part.id);
        part.setAttribute("role", "tabpanel");
        part.setAttribute("aria-labelledby", tab.id);
        tab.addEventListener("click", () => {
            keep("almanet-sample", label);
            const top = tab.getBoundingClientRect().top;
            show(label);
            // What is above may have changed its height.
            scrollBy(0, tab.getBoundingClientRect().top - top);
        });
        list.append(tab);
        return { label, tab, part };
    });
    list.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const at = panels.findIndex((panel) => panel.tab === document.activeElement);
        const next = panels[(at + step + panels.length) % panels.length];
        next.tab.focus();
        next.tab.click();
        event.preventDefault();
    });
    samples.prepend(list);
    tabs.push({ list, panels });
    for (const { tab, part } of panels) {
        const first = tab === panels[0].tab;
        tab.setAttribute("aria-selected", String(first));
        tab.tabIndex = first ? 0 : -1;
        part.hidden = !first;
    }
});
const wanted = preferred();
if (wanted) show(wanted);

// Opens a site of documents in headless Chromium: node site.cjs CHROMIUM SITE NASTY SCREENSHOTS
//
// SITE is the tour's, from the disk as a reader has it; NASTY is of a contract whose author tries to break out. Prints a line for
// each test, and one like cargo's at the end.

const { createServer } = require("node:http");
const { readFileSync, readdirSync, mkdirSync } = require("node:fs");
const { join, resolve, extname } = require("node:path");
const { pathToFileURL } = require("node:url");
const puppeteer = require("puppeteer-core");
const { source: axe } = require("axe-core");

const [executablePath, site, nasty, screenshots] = process.argv.slice(2);
const pagesOf = (folder) => readdirSync(folder).filter((name) => name.endsWith(".html"));
const urlOf = (folder, name) => pathToFileURL(resolve(folder, name)).href;
mkdirSync(screenshots, { recursive: true });

const tests = [];
const test = (name, run) => tests.push({ name, run });
const equal = (found, expected, what) => {
    if (JSON.stringify(found) !== JSON.stringify(expected)) {
        throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
    }
};

// A page that fails the test where it asks for anything from elsewhere, or a script of it fails.
async function opened(browser, address, { width = 1440, height = 900, scheme = "light", scripts = true } = {}) {
    const page = await browser.newPage();
    page.problems = [];
    page.on("request", (request) => {
        if (!/^(file:|data:|http:\/\/127\.0\.0\.1:)/.test(request.url())) page.problems.push(`asks for ${request.url()}`);
    });
    page.on("requestfailed", (request) => page.problems.push(`fails to get ${request.url()}`));
    page.on("pageerror", (error) => page.problems.push(String(error)));
    page.on("console", (message) => message.type() === "error" && page.problems.push(message.text()));
    page.on("dialog", (dialog) => { page.problems.push(`shows a dialog: ${dialog.message()}`); dialog.dismiss(); });
    await page.setViewport({ width, height });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }, { name: "prefers-reduced-motion", value: "reduce" }]);
    await page.setJavaScriptEnabled(scripts);
    await page.goto(address);
    return page;
}

const done = async (page) => {
    const problems = page.problems;
    await page.close();
    equal(problems, [], "problems");
};

const accessible = async (page) => {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"], preload: false }));
    const shown = violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)} ${nodes[0].failureSummary}`);
    if (shown.length > 0) throw new Error(shown.join("\n"));
};

for (const name of pagesOf(site)) {
    for (const scheme of ["light", "dark"]) {
        test(`${name} is accessible in ${scheme} colours`, async (browser) => {
            const page = await opened(browser, urlOf(site, name), { scheme });
            await accessible(page);
            await page.screenshot({ path: join(screenshots, `${name}-${scheme}.png`) });
            await done(page);
        });
    }
    test(`${name} fits a phone`, async (browser) => {
        const page = await opened(browser, urlOf(site, name), { width: 360, height: 740 });
        equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, "the width of the page");
        await accessible(page);
        await page.screenshot({ path: join(screenshots, `${name}-phone.png`) });
        await done(page);
    });
    test(`${name} is whole without scripts`, async (browser) => {
        const page = await opened(browser, urlOf(site, name), { scripts: false });
        const hidden = await page.$$eval("main *", (all) => all.filter((element) => element.hidden).length);
        equal(hidden, 0, "hidden parts");
        await done(page);
    });
}

test("every link leads somewhere, and every anchor is once on its page", async (browser) => {
    const anchors = new Map();
    const links = [];
    for (const name of pagesOf(site)) {
        const page = await opened(browser, urlOf(site, name), { scripts: false });
        const ids = await page.$$eval("[id]", (all) => all.map(({ id }) => id));
        equal(ids.length, new Set(ids).size, `ids of ${name}`);
        anchors.set(name, new Set(ids));
        links.push(...(await page.$$eval("a[href]", (all) => all.map((a) => a.getAttribute("href")))).map((href) => [name, href]));
        await done(page);
    }
    const dead = links.filter(([from, href]) => {
        if (/^(https?|mailto):/.test(href)) return false;
        const [file, anchor] = href.split("#");
        const ids = anchors.get(file || from);
        return !ids || (anchor && !ids.has(anchor));
    });
    equal(dead, [], "dead links");
    if (links.length < 100) throw new Error(`only ${links.length} links`);
    const index = { window: {} };
    new Function("window", readFileSync(join(site, "assets/search-index.js"), "utf8"))(index.window);
    const lost = index.window.almanetIndex.filter(([, , href]) => {
        const [file, anchor] = href.split("#");
        return !anchors.get(file) || (anchor && !anchors.get(file).has(anchor));
    });
    equal(lost, [], "entries of the search that lead nowhere");
});

test("the search finds names and words of docs, and is driven by keys", async (browser) => {
    const page = await opened(browser, urlOf(site, "index.html"));
    const type = async (text) => {
        await page.$eval("#site-query", (input) => { input.value = ""; });
        await page.type("#site-query", text);
        return page.$$eval("#site-found a .found-name", (all) => all.map((a) => a.textContent));
    };
    await page.keyboard.press("/");
    equal(await page.evaluate(() => document.activeElement.id), "site-query", "what has the focus");
    equal((await type("restock"))[0], "tour.shop.shop.restock", "the first found by name");
    if (!(await type("thirteen digits")).includes("tour.shop.Isbn")) throw new Error("docs are not searched");
    equal(await type("nowhere at all"), [], "what is found of nothing");
    await accessible(page);
    await type("isbn");
    await accessible(page);
    await page.screenshot({ path: join(screenshots, "search.png") });
    await type("sell_off");
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    equal(new URL(page.url()).hash, "#sell_off", "where Enter leads");
    await done(page);
});

test("the switch of colours is kept, and the chosen sample too", async (browser) => {
    const page = await opened(browser, urlOf(site, "tour.shop.shop.html"));
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await paper();
    await page.click("#site-theme");
    const dark = await paper();
    if (light === dark) throw new Error("the colours stay the same");
    await page.$eval("#buy .tabs button:nth-child(3)", (tab) => tab.click());
    await page.reload();
    equal(await paper(), dark, "the colours after coming back");
    equal(await page.$eval("#buy [aria-selected=true]", (tab) => tab.textContent), "Rust", "the sample after coming back");
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
    await page.click("#site-theme");
    equal(await paper(), light, "light was chosen on a dark system");
    await page.evaluate(() => localStorage.clear());
    await done(page);
});

test("what authors write is never markup or script", async (browser) => {
    for (const name of pagesOf(nasty)) {
        const page = await opened(browser, urlOf(nasty, name));
        equal(await page.evaluate(() => window.broken), undefined, `what a script of ${name} left`);
        const own = await page.$$eval("script, img, iframe, object, [onerror], [onclick], [style], a[href^='javascript' i], a[href^='data' i]",
            (all) => all.filter((element) => !element.matches("script[src^='assets/']")).map((element) => element.outerHTML));
        equal(own, [], `foreign parts of ${name}`);
        await accessible(page);
        await page.type("#site-query", "alert");
        equal(await page.$$eval("#site-found script, #site-found img", (all) => all.length), 0, "parts of what was found");
        await done(page);
    }
});

test("a strict policy for content lets it work", async (browser) => {
    const types = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript" };
    const server = createServer((request, response) => {
        const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
        response.setHeader("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:");
        response.setHeader("Content-Type", types[extname(path)] ?? "text/plain");
        response.end(readFileSync(join(site, path)));
    });
    await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
    const page = await opened(browser, `http://127.0.0.1:${server.address().port}/tour.shop.shop.html`);
    equal(await page.$eval("#site-search", (search) => search.hidden), false, "whether the search is hidden");
    await done(page);
    await new Promise((closed) => server.close(closed));
});

test("a printed page shows every sample and no bar", async (browser) => {
    const page = await opened(browser, urlOf(site, "tour.shop.shop.html"));
    await page.emulateMediaType("print");
    equal(await page.$eval(".bar", (bar) => getComputedStyle(bar).display), "none", "the bar");
    const hidden = await page.$$eval(".sample", (all) => all.filter((sample) => getComputedStyle(sample).display === "none").length);
    equal(hidden, 0, "samples that are not printed");
    await done(page);
});

async function main() {
    const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
    let failed = 0;
    for (const { name, run } of tests) {
        try {
            await run(browser);
            console.log(`test ${name} ... ok`);
        } catch (error) {
            failed += 1;
            console.log(`test ${name} ... FAILED\n${error.message}`);
        }
    }
    await browser.close();
    console.log(`test result: ${failed ? "FAILED" : "ok"}. ${tests.length - failed} passed; ${failed} failed; 0 ignored`);
    process.exitCode = failed ? 1 : 0;
}

main();

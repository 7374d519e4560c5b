// Opens the fixture pages in Chromium and looks for what no unit test sees. See README.md.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const modules = process.env.NODE_MODULES ?? "node_modules";
const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
const skip = (why) => {
  console.log(`skipped: ${why}`);
  process.exit(0);
};
const load = (name) => {
  try {
    return createRequire(resolve(modules, "x"))(name);
  } catch {
    return skip(`${name} is not installed under ${modules}`);
  }
};
if (!existsSync(chromium)) skip(`there is no ${chromium}`);
const playwright = load("playwright-core");
const axePath = join(modules, "axe-core", "axe.min.js");
if (!existsSync(axePath)) skip("axe-core is not installed");
const axe = readFileSync(axePath, "utf8");

const dir = resolve(process.argv[2] ?? ".");
const pages = readdirSync(dir).filter((name) => name.endsWith(".html"));
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const browser = await playwright.chromium.launch({ executablePath: chromium, args });
const problems = [];
let slowest = 0;

for (const name of pages) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [320, 390, 820, 1440]) {
      const problem = (what) => problems.push(`${name} ${colorScheme} ${width}px: ${what}`);
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
      const page = await context.newPage();
      page.on("request", (request) => {
        if (!request.url().startsWith("file:")) problem(`a request to ${request.url()}`);
      });
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) problem(`console: ${message.text()}`);
      });
      page.on("pageerror", (error) => problem(`script: ${error}`));
      page.on("dialog", (dialog) => {
        problem(`a dialog: ${dialog.message()}`);
        dialog.dismiss();
      });
      const start = Date.now();
      await page.goto(`file://${join(dir, name)}`);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      const took = Date.now() - start;
      slowest = Math.max(slowest, took);
      if (took > 1000) problem(`took ${took} ms`);
      // With everything open, because what is closed can be too wide as well.
      await page.evaluate(() => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
      const [scroll, client] = await page.evaluate(() => {
        const root = document.documentElement;
        return [root.scrollWidth, root.clientWidth];
      });
      if (scroll > client) problem(`it scrolls sideways, ${scroll} over ${client}`);
      if (width === 390 || width === 1440) {
        // The policy keeps axe out as it keeps everything out; a second context without it lets axe in.
        const open = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
        const checked = await open.newPage();
        await checked.goto(`file://${join(dir, name)}`);
        await checked.evaluate(() => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
        await checked.evaluate(axe);
        const found = await checked.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
        for (const violation of found.violations.filter((v) => ["serious", "critical"].includes(v.impact))) {
          problem(`axe ${violation.id}: ${violation.nodes[0].target} (${violation.nodes.length} in all)`);
        }
        await open.close();
      }
      await context.close();
    }
  }
}

// The script: filters, keys, and the page without it.
const sample = pages.find((name) => name.startsWith("many."));
if (sample) {
  const problem = (what) => problems.push(`${sample}: ${what}`);
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  const page = await context.newPage();
  await page.goto(`file://${join(dir, sample)}`);
  const shown = () => page.evaluate(() => document.querySelectorAll("article.finding:not([hidden])").length);
  const all = await shown();
  await page.click("#filterbox > summary");
  await page.uncheck("input[name=severity][value=suggestion]");
  const fewer = await shown();
  if (!(fewer > 0 && fewer < all)) problem(`the severity filter shows ${fewer} of ${all}`);
  await page.fill("#f-text", "part_2/pool.go:16-18");
  if ((await shown()) !== 1) problem(`the search shows ${await shown()}`);
  await page.click("button[type=reset]");
  await page.waitForTimeout(50);
  if ((await shown()) !== all) problem("the filters are not cleared");
  await page.locator("h1").click();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const current = await page.evaluate(() => document.querySelector(".finding.current")?.id);
  if (current !== "C2") problem(`two times j leads to ${current}`);
  await context.close();
  const bare = await browser.newContext({ javaScriptEnabled: false });
  const plain = await bare.newPage();
  await plain.goto(`file://${join(dir, sample)}`);
  const text = await plain.locator("#C1").textContent();
  if (!text.includes("Connection 0")) problem("without script C1 has no text");
  if (await plain.locator("#filters").isVisible()) problem("without script there are filters that do nothing");
  await bare.close();
  // On paper everything is unfolded and light, whatever the screen showed, also without script.
  const paper = await browser.newContext({ javaScriptEnabled: false, colorScheme: "dark" });
  const printed = await paper.newPage();
  await printed.goto(`file://${join(dir, sample)}`);
  await printed.emulateMedia({ media: "print" });
  if (!(await printed.locator("#appendix details > *:not(summary)").first().isVisible())) problem("what is folded is not printed");
  const ink = await printed.evaluate(() => getComputedStyle(document.body).color);
  if (ink !== "rgb(27, 30, 34)") problem(`the ink on paper is ${ink}`);
  await paper.close();
}

// A link to a finding lands on it, with and without script, wherever it stands; and the first one needs no scrolling.
for (const name of pages.filter((name) => ["many.", "one.", "eighty.", "large."].some((start) => name.startsWith(start)))) {
  for (const [width, height, fold] of [[390, 844, 844], [1280, 900, 900]]) {
    for (const javaScriptEnabled of [true, false]) {
      const problem = (what) => problems.push(`${name} ${width}px${javaScriptEnabled ? "" : " without script"}: ${what}`);
      const context = await browser.newContext({ javaScriptEnabled, viewport: { width, height } });
      const page = await context.newPage();
      const file = `file://${join(dir, name)}`;
      await page.goto(file);
      const first = await page.locator("article.finding h4").first().boundingBox();
      if (first.y + first.height > fold) problem(`the first finding is at ${first.y}`);
      const ids = await page.locator("article.finding[id]").evaluateAll((all) => all.map((one) => one.id));
      for (const [index, id] of ids.entries()) {
        // Of very many, every ninth will do.
        if (ids.length > 100 && index % 9) continue;
        const folded = await page.locator(`#${id}`).evaluate((one) => Boolean(one.closest("details")));
        if (folded && !javaScriptEnabled) continue;
        // Some from outside, the others from the page itself.
        if (index % 7 === 0) await page.goto("about:blank");
        await page.goto(`${file}#${id}`);
        await page.waitForTimeout(30);
        const [top, atEnd] = await page.locator(`#${id}`).evaluate((one) => {
          const end = document.documentElement.scrollHeight - innerHeight - scrollY;
          return [one.getBoundingClientRect().top, end < 2];
        });
        if (top < -2 || (top > 60 && !atEnd)) problem(`the link to ${id} lands ${Math.round(top)} px off`);
      }
      await context.close();
    }
  }
}

await browser.close();
console.log(`${pages.length} pages, ${problems.length} problems, the slowest page took ${slowest} ms`);
problems.forEach((what) => console.log(`  ${what}`));
process.exit(problems.length ? 1 : 0);

// The page in a real browser: node page.mjs PATH-OF-WEEKAHEAD [FOLDER-FOR-SCREENSHOTS]
//
// In every language, at the widths of a phone and of a desktop, light and dark: nothing is loaded
// from anywhere else, nothing is reported, nothing runs over the edge, hostile text is text, links
// lead where they should, the keyboard reaches all of them, and axe finds nothing wrong.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [program, shots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const example = readFileSync(new URL("../../plans.example.yaml", import.meta.url), "utf8");
const folder = mkdtempSync(join(tmpdir(), "weekahead-page-"));
const today = "2027-01-10";

const hostile = [
  "<script>document.title = 'owned'</script>",
  "\"><img src=x onerror=\"document.title='owned'\">",
  "</style></svg></title><h1>owned</h1>",
  "{{ 7 * 7 }} ${7 * 7} &lt;b&gt; &amp;",
  "Donaudampfschifffahrtsgesellschaft".repeat(8),
  "漢字".repeat(60),
  "\u202Eright to left\u202C and back",
  "عربي 123 עברית",
];

/** A list of what is hostile and of much, in a language. */
function list(language) {
  const plans = hostile.map((text, index) => ({
    id: `hostile-${index}`,
    name: text,
    provider: text,
    expires: "2027-02-01",
    price: "49 NOK",
    notes: `${text}\n${text}`,
    renewal: { method: "website", action: text, url: "https://x.example/?a='&b=1", app: text, steps: [text] },
    check: { sms: { to: "2000", text } },
    support: { call: "+47 915 09 000" },
  }));
  for (let index = 0; index < 60; index += 1) {
    plans.push({ name: `Plan ${index}`, renewed: "2026-12-31", validity: `${index + 1} weeks`, grace: "30 days" });
  }
  // JSON is YAML.
  return JSON.stringify({ calendar: { name: hostile[1], description: hostile[0], language }, plans });
}

/** Forty plans of a family, of which three are due. */
function manyPlans() {
  const day = (days) => new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);
  const plans = [];
  for (let index = 0; index < 40; index += 1) {
    const name = `Plan number ${index} of a family`;
    if (index % 6 === 5) {
      plans.push({ name, renewed: day(-index), validity: "1 month", price: "99 NOK", renewal: { method: "auto-debit" } });
      continue;
    }
    plans.push({
      name,
      provider: `Provider ${index % 5}`,
      number: `+47 900 00 0${10 + index}`,
      expires: day(index < 3 ? [-3, 2, 6][index] : 12 + 2 * index * index),
      price: "49 NOK",
      renewal: { method: "website", action: "Top up", url: "https://www.provider.example/topup" },
      check: { dial: "*100#" },
      support: { call: "+47 915 09 000" },
    });
  }
  return JSON.stringify({ calendar: { name: "Forty plans" }, plans });
}

/** Starts a server of a list; its address is in the line that it prints. */
async function serve(name, text, ...options) {
  writeFileSync(join(folder, `${name}.yaml`), text);
  const server = spawn(
    program,
    ["serve", `${name}.yaml`, "--listen", "127.0.0.1:0", "--today", today, "--log-format", "json", ...options],
    { cwd: folder, stdio: ["ignore", "pipe", "pipe"] },
  );
  for await (const line of createInterface({ input: server.stderr })) {
    const { address } = JSON.parse(line);
    if (address) {
      server.stderr.resume();
      return { url: `http://${address}`, path: `/${name}`, stop: () => stop(server) };
    }
  }
  throw new Error("the server did not start");
}

async function stop(server) {
  server.kill("SIGTERM");
  const [code] = await once(server, "exit");
  assert.equal(code, 0);
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
let pages = 0;

/** Opens a page in one look and holds it to everything that holds for every page. */
async function open(server, look, name, check) {
  const context = await browser.newContext({
    colorScheme: look.scheme,
    viewport: { width: look.width, height: look.width < 500 ? 844 : 800 },
    bypassCSP: false,
  });
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${server.url}/`) && !url.startsWith("data:")) said.push(`a request to ${url}`);
  });
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      (globalThis.violations ??= []).push(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  const response = await page.goto(server.url + server.path);
  assert.equal(response.status(), 200);
  const where = `${name} at ${look.width} px, ${look.scheme}`;
  assert.deepEqual(said, [], where);
  assert.equal(await page.evaluate(() => globalThis.violations), undefined, where);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${where}: ${overflow} px over the edge`);
  await keepsApart(page, where);
  await check(page, where);
  if (shots) {
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: join(shots, `${name}-${look.width}-${look.scheme}.png`), fullPage: true });
  }
  // Last, since it is a script of ours that the policy would refuse.
  const found = await inspect(context, page);
  assert.deepEqual(found, [], where);
  await context.close();
  pages += 1;
}

/** The names of the months do not run into one another, a link of several words is one text, and the
 * day of a row does not break. */
async function keepsApart(page, where) {
  const { gaps, kinds, days } = await page.evaluate(() => {
    const range = document.createRange();
    const boxes = [...document.querySelectorAll(".months span")].map((one) => {
      range.selectNodeContents(one.firstChild);
      return range.getBoundingClientRect();
    });
    const links = [...document.querySelectorAll(".links li > *")];
    return {
      gaps: boxes.slice(1).map((box, index) => box.left - boxes[index].right),
      kinds: [...new Set(links.map((one) => getComputedStyle(one).display))],
      days: [...document.querySelectorAll(".plans summary time")].map((one) => one.offsetHeight),
    };
  });
  for (const gap of gaps) assert.ok(gap >= 1, `${where}: months ${gap} px apart`);
  for (const height of days) assert.ok(height < 36, `${where}: a day of ${height} px`);
  for (const kind of kinds) assert.equal(kind, "inline-block", where);
}

/** What axe finds serious or critical. */
async function inspect(context, page) {
  const session = await context.newCDPSession(page);
  await session.send("Page.setBypassCSP", { enabled: true });
  await page.reload();
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const bad = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return bad.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

/** Hostile text is shown as it was written. */
async function showsText(page, where) {
  assert.equal(await page.title(), hostile[1], where);
  const text = await page.evaluate(() => document.body.textContent);
  for (const part of hostile) assert.ok(text.includes(part), `${where} lacks ${part.slice(0, 40)}`);
  assert.equal(await page.locator("img, script, iframe, form, h1 h1").count(), 0, where);
  assert.equal(await page.locator("h1").count(), 1, where);
  for (const href of await page.locator("a").evaluateAll((all) => all.map((a) => a.getAttribute("href")))) {
    assert.match(href, /^(https?:|webcal:|tel:|sms:|#|\/)/, where);
  }
}

/** Tab reaches each link and button in the order of the page, and shows where it is. */
async function reachesAll(page, where) {
  const wanted = await page.evaluate(() => {
    const all = [...document.querySelectorAll("a[href], summary")];
    return all.filter((one) => one.checkVisibility()).length;
  });
  const seen = new Set();
  for (let press = 0; press < wanted; press += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const one = document.activeElement;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      const all = [...document.querySelectorAll("a[href], summary")];
      const { height } = one.getBoundingClientRect();
      return {
        index: all.indexOf(one),
        isMarked: (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none",
        isButton: one.classList.contains("button"),
        height,
      };
    });
    assert.ok(at.index >= 0 && at.isMarked, `${where}: press ${press} is not marked`);
    if (at.isButton) assert.ok(at.height >= 44, `${where}: a button of ${at.height} px`);
    seen.add(at.index);
  }
  assert.equal(seen.size, wanted, `${where}: the keyboard reaches ${seen.size} of ${wanted}`);
}

/** A screen reader hears of each bar what its plan is and when, and the picture's months stay in sight. */
async function namesThePicture(page, where) {
  const rows = page.locator(".rows li");
  assert.equal(await rows.count(), 6, where);
  const names = await rows.locator("bdi").allTextContents();
  for (const name of names) {
    const row = page.getByRole("img", { name: `${name}: ` });
    assert.equal(await row.count(), 1, `${where}: ${name}`);
  }
  const position = await page.locator(".months").evaluate((one) => getComputedStyle(one).position);
  assert.equal(position, "sticky", where);
}

/** The address is selected whole by one click, without a script. */
async function selectsAddress(page, address, where) {
  await page.locator(".address code").click();
  assert.equal(await page.evaluate(() => String(getSelection())), address, where);
}

/** How far down the page the last plan ends. */
const endOfPlans = (page) =>
  page.locator("section:has(.plan)").last().evaluate((one) => one.getBoundingClientRect().bottom + scrollY);

/** The hrefs of all buttons. */
const buttons = (page) =>
  page.locator("a.button").evaluateAll((all) => all.map((one) => one.getAttribute("href")));

const looks = (...widths) =>
  widths.flatMap((width) => ["light", "dark"].map((scheme) => ({ width, scheme })));
try {
  const base = "https://cal.example.org";
  for (const language of ["en", "nb", "zh-CN"]) {
    const server = await serve(`hostile-${language}`, list(language), "--base-url", base);
    for (const look of looks(320, 1280)) {
      await open(server, look, `hostile-${language}`, async (page, where) => {
        assert.equal(await page.getAttribute("html", "lang"), language, where);
        await showsText(page, where);
      });
    }
    await server.stop();
    const shown = await serve(`example-${language}`, example.replace(/language: en/, `language: ${language}`), "--base-url", base);
    for (const look of looks(390, 1280)) {
      await open(shown, look, `example-${language}`, async (page, where) => {
        await namesThePicture(page, where);
        const feed = `${base}/example-${language}.ics`;
        assert.deepEqual(await buttons(page), [
          "#subscribe",
          "https://www.telenor.no/kontantkort/",
          `webcal://cal.example.org/example-${language}.ics`,
          "https://calendar.google.com/calendar/u/0/r/settings/addbyurl",
          `https://outlook.live.com/calendar/0/addfromweb?url=${encodeURIComponent(feed)}&name=Keep-alive%20SIMs`,
          `/example-${language}.ics`,
          `/example-${language}/test.ics`,
        ], where);
        // A phone that shows the page needs no code for it.
        assert.equal(await page.locator("svg.code[role=img][aria-label]").isVisible(), look.width > 500, where);
        await reachesAll(page, where);
        // Last, since Tab then goes on from the address.
        await selectsAddress(page, feed, where);
      });
    }
    await shown.stop();
  }
  const local = await serve("local", example);
  for (const look of looks(390, 1280)) {
    await open(local, look, "local", async (page, where) => {
      await selectsAddress(page, `${local.url}/local.ics`, where);
      assert.equal(await page.locator("strong.quiet").count(), 2, where);
      const text = await page.evaluate(() => document.body.textContent);
      assert.ok(text.includes("This address works only on this computer"), where);
    });
  }
  await local.stop();
  const many = await serve("many", manyPlans());
  for (const look of looks(390, 1280)) {
    await open(many, look, "many", async (page, where) => {
      assert.equal(await page.locator(".plan").count(), 40, where);
      const end = await endOfPlans(page);
      if (look.width > 500) assert.ok(end <= 3 * 800, `${where}: 40 plans are ${end} px long`);
    });
  }
  await many.stop();
  console.log(`ok: ${pages} pages`);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

// Recording from a phone, in a real browser: node record.mjs PATH-OF-WEEKAHEAD [FOLDER-FOR-SCREENSHOTS]
//
// Without any script, in every language: a device is paired by the link, the form is opened from a
// link on another site, a renewal is recorded and taken back and recorded again, and what is refused
// comes back as it was written. In every state nothing runs over the edge and axe finds nothing wrong.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [program, shots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "weekahead-record-"));
const file = join(folder, "sims.yaml");
const today = "2027-01-02";
const sizes = [{ width: 390, height: 844 }, { width: 1280, height: 800 }, { width: 320, height: 640 }];
/** Each size in light, and the phone in dark. */
const looks = [...sizes.map((viewport) => ({ viewport, colorScheme: "light" })), { viewport: sizes[0], colorScheme: "dark" }];

/** A list with a plan of each kind, in a language. */
const list = (language) => `calendar: {name: Keep-alive SIMs, language: ${language}, timezone: Europe/Oslo}
plans:
  - id: telenor   # the first one
    name: Telenor Kontant
    number: "+47 900 00 001"
    renewed: 2026-10-05
    validity: 3 months
    grace: 60 days
    price: 49 NOK
    renewal: {method: website, action: Top up 49 NOK, url: https://www.telenor.example/}
    history:
      - {on: 2026-04-05, paid: 49 NOK, receipt: receipts/2026-04.pdf}
      - {on: 2026-07-05, paid: 49 NOK, note: "At the kiosk, in cash"}
      - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/2026-10.pdf}
  - name: "漢字 <b>卡</b> & Söhne"
    id: ways/漢
    expires: 2027-01-20
    validity: 1 month
    renewal:
      - {method: app, app: Mobil, price: 5 EUR, validity: 1 month}
      - {method: voucher, price: 50 EUR, validity: 1 year}
  - {name: Streaming, renewed: 2026-12-12, validity: 1 month, price: 99 NOK, renewal: {method: auto-debit}}
  - {name: Old card, expires: 2026-03-01, ended: 2026-02-20}
  - {name: Passport, expires: 2031-05-31}
`;

const servers = new Set();

/** Starts a server; what it prints has its address and its pairing link. */
async function serve() {
  const server = spawn(
    program,
    ["serve", "sims.yaml", "--listen", "127.0.0.1:0", "--record", "--today", today],
    { cwd: folder, stdio: ["ignore", "pipe", "ignore"] },
  );
  servers.add(server);
  for await (const line of createInterface({ input: server.stdout })) {
    const link = line.match(/http:\/\/\S+\/pair\/\S+/);
    if (link) {
      server.stdout.resume();
      return { link: link[0], url: new URL(link[0]).origin, stop: () => stop(server) };
    }
  }
  throw new Error("the server did not start");
}

async function stop(server) {
  servers.delete(server);
  server.kill("SIGTERM");
  const [code] = await once(server, "exit");
  assert.equal(code, 0);
}

/** Another site, on which an event of a calendar has a link. For browsers it is one of its own. */
async function calendar(link) {
  const other = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(`<!doctype html><title>Calendar</title><a href="${link}">Record it</a>
      <form method="post" action="${link}"><button>Win a prize</button></form>
      <iframe src="${link}"></iframe>`);
  });
  other.listen(0, "127.0.0.1");
  await once(other, "listening");
  return { url: `http://localhost:${other.address().port}/`, stop: () => other.close() };
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
let states = 0;

/** Holds a state to everything that holds for every state. A picture is taken of each. */
async function look(page, language, name) {
  const html = await page.content();
  const where = `${name} in ${language}`;
  assert.equal(await page.locator("script, iframe, object").count(), 0, where);
  assert.equal(await page.locator("h1").count(), 1, where);
  for (const { viewport, colorScheme } of looks) {
    const context = await browser.newContext({ colorScheme, viewport, bypassCSP: true });
    const copy = await context.newPage();
    await copy.setContent(html);
    const overflow = await copy.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${where}: ${overflow} px over the edge of ${viewport.width}`);
    if (shots) {
      const path = join(shots, `record-${language}-${name}-${viewport.width}-${colorScheme}.png`);
      await copy.screenshot({ path, fullPage: true });
    }
    const small = await copy.locator("button:visible").evaluateAll((all) =>
      all.map((one) => one.getBoundingClientRect().height).filter((height) => height < 44));
    assert.deepEqual(small, [], `${where}: small buttons`);
    await copy.evaluate(axe);
    const { violations } = await copy.evaluate(() => globalThis.axe.run());
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
    assert.deepEqual(found, [], `${where} at ${viewport.width} px, ${colorScheme}`);
    await context.close();
  }
  states += 1;
}

const recordForm = "form:has([name=on])";
const undoForm = "form:not(:has([name=on]))";

/** The status of the page that a click leads to. */
async function press(page, selector) {
  const [response] = await Promise.all([
    page.waitForResponse((one) => one.request().isNavigationRequest() && one.status() !== 303),
    page.locator(selector).first().click(),
  ]);
  return response.status();
}

async function session(language) {
  writeFileSync(file, list(language));
  const server = await serve();
  const form = `${server.url}/sims/renew/telenor`;
  const other = await calendar(form);
  const context = await browser.newContext({
    javaScriptEnabled: false,
    viewport: sizes[0],
    locale: language === "en" ? "en-GB" : language,
    isMobile: true,
    hasTouch: true,
  });
  const page = await context.newPage();
  const reported = [];
  page.on("console", (message) => reported.push(message.text()));
  const visit = async (name) => {
    assert.equal(await page.getAttribute("html", "lang"), language, name);
    await look(page, language, name);
  };

  const stranger = await page.goto(form);
  assert.equal(stranger.status(), 403);
  await visit("unpaired");
  await page.goto(server.link);
  assert.equal(await page.locator("button").count(), 1);
  await visit("pair");
  assert.equal(await press(page, "button"), 200);
  assert.equal(page.url(), `${server.url}/sims/renew`);
  await visit("list");

  // From an event on another site, the cookie goes with the link, but not with a form or a frame.
  await page.goto(other.url);
  assert.equal(page.frames().filter((frame) => frame.url() === form).length, 0);
  assert.equal(await press(page, "button"), 403);
  await page.goto(other.url);
  assert.equal(await press(page, "a"), 200);
  assert.equal(page.url(), form);
  assert.equal(await page.locator(`${recordForm} [name=on]`).inputValue(), today);
  assert.equal(await page.locator(`${recordForm} [name=paid]`).inputValue(), "49 NOK");
  await visit("form");
  await page.locator(`${recordForm} [name=note]`).fill("At the kiosk\n中文 <b>");
  assert.equal(await press(page, `${recordForm} button`), 200);
  assert.equal(page.url(), form);
  const recorded = readFileSync(file, "utf8");
  const entry = '      - {on: 2027-01-02, paid: 49 NOK, note: "At the kiosk\\n中文 <b>"}\n';
  const expected = list(language).replace("renewed: 2026-10-05", `renewed: ${today}`)
    .replace("receipts/2026-10.pdf}\n", `receipts/2026-10.pdf}\n${entry}`);
  assert.equal(recorded, expected);
  // What changed is folded, and opens without a script.
  await page.locator(".result summary").click();
  const changes = await page.locator(".changes").innerText();
  assert.ok(changes.includes("-     renewed: 2026-10-05"), changes);
  assert.ok(changes.includes("+     renewed: 2027-01-02"), changes);
  const expiry = { en: "2 April 2027", nb: "2. april 2027", "zh-CN": "2027年4月2日" }[language];
  const said = await page.locator("[role=status]").innerText();
  assert.ok(said.includes(expiry), said);
  await visit("recorded");
  assert.equal(await press(page, `${undoForm} button`), 200);
  assert.equal(readFileSync(file, "utf8"), list(language));
  assert.equal(await page.locator(undoForm).count(), 0);
  await visit("undone");
  await page.locator(`${recordForm} [name=note]`).fill("At the kiosk\n中文 <b>");
  assert.equal(await press(page, `${recordForm} button`), 200);
  assert.equal(readFileSync(file, "utf8"), expected);

  // A refused form comes back as it was written.
  const ways = `${server.url}/sims/renew/ways%2F%E6%BC%A2`;
  await page.goto(ways);
  await visit("ways");
  await page.locator(`${recordForm} [name=way]`).first().check();
  await page.locator(`${recordForm} [name=paid]`).first().fill("much");
  await page.locator(`${recordForm} [name=note]`).fill("<i>Mine</i>");
  assert.equal(await press(page, `${recordForm} button`), 422);
  assert.equal(await page.locator(`${recordForm} [name=note]`).inputValue(), "<i>Mine</i>");
  await visit("refused");

  // The plan has changed since the form was opened.
  await page.goto(ways);
  await page.locator(`${recordForm} [name=way]`).first().check();
  writeFileSync(file, expected.replace("expires: 2027-01-20", "expires: 2027-01-21"));
  assert.equal(await press(page, `${recordForm} button`), 409);
  await visit("changed");
  for (const id of ["Streaming", "Old%20card", "Passport"]) {
    await page.goto(`${server.url}/sims/renew/${id}`);
    await visit(id.toLowerCase().replace("%20", "-"));
  }
  writeFileSync(file, expected.replace("validity: 3 months", "validity: 3 moons"));
  await page.goto(`${server.url}/sims/renew`);
  assert.equal(await page.locator("form").count(), 0);
  await visit("broken");
  await page.goto(`${server.url}/sims/renew/nothing`);
  writeFileSync(file, expected);
  const missing = await page.goto(`${server.url}/sims/renew/nothing`);
  assert.equal(missing.status(), 404);
  await visit("missing");
  // Chromium reports each status above 399, and what a policy refuses: here only the frame.
  const refused = reported.filter((text) => !text.startsWith("Failed to load resource"));
  assert.deepEqual(refused.filter((text) => !text.includes("frame-ancestors")), []);
  await context.close();
  other.stop();
  await server.stop();
}

try {
  for (const language of ["en", "nb", "zh-CN"]) await session(language);
  console.log(`ok: ${states} states`);
} finally {
  for (const server of servers) server.kill();
  await browser.close();
  rmSync(folder, { recursive: true });
}

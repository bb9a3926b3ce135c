// Makes the pictures: node make.mjs PATH-OF-WEEKAHEAD FOLDER (make.sh calls it)
//
// Whatever a picture says of a plan is the program's, at a fixed day: its page, its form, and an
// event of its feed. Only the frames are drawn here: a window, a phone, and the calendar program on
// it. Beside each picture goes a file of the texts that it shows.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(new URL("../../tests/browser/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const [program, out] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "weekahead-pictures-"));
const file = (name) => new URL(name, import.meta.url);
const style = readFileSync(file("frames.css"), "utf8");

const today = "2026-12-29";
/** When the lists were last changed: a week before, at 10:00 UTC. */
const revision = String(Date.parse(`${today}T10:00Z`) / 1000 - 7 * 86_400);
const example = "../../plans.example.yaml";
/** The lists of the first pictures, and the words of a calendar program. */
const lists = [
  {
    name: "first", plans: example, locale: "en-GB", allDay: "All day", back: "Calendar",
    // What the example leaves to expire before that day.
    renew: ["fjordmobil", "plans.yaml", "--way", "1", "--on", "2026-12-19", "--today", "2026-12-19"],
  },
  { name: "first-zh", plans: "sims.zh.yaml", locale: "zh-CN", allDay: "全天", back: "日历" },
  { name: "first-nb", plans: "sims.nb.yaml", locale: "nb", allDay: "Hele dagen", back: "Kalender" },
];

/** How many pixels a picture has for one of CSS, so that it is sharp on every screen. */
const density = 2;
const height = 612;
const environment = { PATH: process.env.PATH, SOURCE_DATE_EPOCH: revision };

/** Runs a command to its end, and gives what it printed. */
function run(...words) {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: folder, encoding: "utf8", env: environment });
  if (status !== 0) throw new Error(`weekahead ${words.join(" ")}: ${stderr}`);
  return stdout;
}

const servers = new Set();

/** Starts a server of `plans.yaml`. Its address is in its first log line. With --record it also
 * prints a link that pairs a device. */
async function serve(...options) {
  const server = spawn(
    program,
    ["serve", "plans.yaml", "--listen", "127.0.0.1:0", "--today", today, "--log-format", "json", ...options],
    { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: environment },
  );
  servers.add(server);
  let printed = "";
  server.stdout.on("data", (text) => {
    printed += text;
  });
  for await (const line of createInterface({ input: server.stderr })) {
    const { address } = JSON.parse(line);
    if (address) {
      server.stderr.resume();
      return { url: `http://${address}`, printed: () => printed, stop: () => stop(server) };
    }
  }
  throw new Error("the server did not start");
}

async function stop(server) {
  servers.delete(server);
  server.kill("SIGTERM");
  await once(server, "exit");
}

/** The one event that the feed has on the day. */
function warning() {
  const feed = run("build", "plans.yaml", "-o", "-", "--today", today, "--quiet").replace(/\r\n[ \t]/g, "");
  const property = (text, name) =>
    text.match(new RegExp(`^${name}[^:\r\n]*:([^\r\n]*)`, "m"))[1]
      .replace(/\\(.)/g, (_, letter) => (letter === "n" ? "\n" : letter));
  const day = today.replaceAll("-", "");
  const events = feed.split("BEGIN:VEVENT").slice(1).filter((event) => property(event, "DTSTART") === day);
  if (events.length !== 1) throw new Error(`${events.length} events on ${today}`);
  return {
    calendar: property(feed, "X-WR-CALNAME"),
    color: property(feed, "X-APPLE-CALENDAR-COLOR"),
    title: property(events[0], "SUMMARY"),
    text: property(events[0], "DESCRIPTION"),
  };
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb"],
});

/** Opens an empty page of a size in pixels of CSS, which a picture shows at a scale. */
async function open(colorScheme, width, height, scale = 1) {
  const viewport = { width, height };
  const context = await browser.newContext({ colorScheme, viewport, deviceScaleFactor: scale * density });
  return context.newPage();
}

/** What a page shows without scrolling: an image of it, and its texts, each on a line. */
async function shoot(page) {
  const image = `data:image/png;base64,${(await page.screenshot()).toString("base64")}`;
  const texts = await page.evaluate(() => {
    const range = document.createRange();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const { data, parentElement } = walker.currentNode;
      range.selectNodeContents(walker.currentNode);
      const { top, width } = range.getBoundingClientRect();
      if (data.trim() && width > 1 && top < innerHeight && parentElement.checkVisibility()) found.push(data.trim());
    }
    return found;
  });
  return { image, text: texts.join("\n") };
}

const written = new Map();

/** Writes the texts that a picture shows, light as dark. */
function note(name, text) {
  if ((written.get(name) ?? text) !== text) throw new Error(`${name} says something else in the dark`);
  written.set(name, text);
  writeFileSync(join(out, `${name}.txt`), text);
}

/** Presses a button without a mouse, which would stay above it and change how it looks. */
const press = (page, selector) => page.locator(selector).first().evaluate((button) => button.click());

/** Draws a picture and writes it. */
async function draw(name, scheme, width, body) {
  const page = await open(scheme, width, height);
  await page.setContent(`<!doctype html><style>${style}</style>${body}`);
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setDefaultBackgroundColorOverride", { color: { r: 0, g: 0, b: 0, a: 0 } });
  const { data } = await session.send("Page.captureScreenshot", {
    format: "webp", quality: 85, clip: { x: 0, y: 0, width, height, scale: density },
  });
  const suffix = scheme === "dark" ? "-dark" : "";
  writeFileSync(join(out, `${name}${suffix}.webp`), Buffer.from(data, "base64"));
  await page.context().close();
}

const status = `<div class="status">9:00<svg viewBox="0 0 44 11"><path d="M0 8h2.5v3H0zM4 6h2.5v5H4zM8 3h2.5v8H8zM12 \
0h2.5v11H12zM24 2h12v7H24zM42 3.5h1.5v4H42z"/><rect x="22.5" y=".5" width="18" height="10" rx="3" fill="none" \
stroke="currentColor"/></svg></div>`;

const escape = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** An event as a calendar program on a phone shows it. */
function phoneWithEvent({ calendar, color, title, text }, { locale, allDay, back }) {
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" }).format(new Date(today));
  const lines = text.split("\n").map((line) =>
    `<p>${escape(line).replace(/https:\/\/\S+/g, (url) => `<a>${url}</a>`)}</p>`);
  return `<div class="phone" lang="${locale}">${status}<div class="event">
    <p class="back">‹ ${back}</p>
    <h1 style="border-color: ${color}">${escape(title)}</h1>
    <p class="day">${day}<br>${allDay}</p>
    <p class="calendar"><i style="background: ${color}"></i>${escape(calendar)}</p>
    <div class="text">${lines.join("")}</div>
  </div></div>`;
}

/** The page in a window, beside the warning of that day in a calendar on a phone. */
async function pageAndWarning(list) {
  copyFileSync(file(list.plans), join(folder, "plans.yaml"));
  if (list.renew) run("renew", ...list.renew);
  const event = warning();
  const server = await serve("--base-url", "https://cal.example.org");
  for (const scheme of ["light", "dark"]) {
    const page = await open(scheme, 902, 914, 0.63);
    await page.goto(`${server.url}/plans`);
    const { image, text } = await shoot(page);
    const title = `<div class="title"><i></i><i></i><i></i><span>cal.example.org/plans</span></div>`;
    const window = `<div class="window">${title}<img src="${image}"></div>`;
    await draw(list.name, scheme, 840, window + phoneWithEvent(event, list));
    note(list.name, `${text}\n\n${event.title}\n${event.text}\n`);
    await page.context().close();
  }
  await server.stop();
}

/** The form of a plan on a phone, beside what it answers. */
async function formAndAnswer() {
  for (const scheme of ["light", "dark"]) {
    copyFileSync(file(example), join(folder, "plans.yaml"));
    const server = await serve("--record");
    const page = await open(scheme, 390, 950, 0.6);
    await page.goto(server.printed().match(/http:\S+\/pair\/\S+/)[0]);
    await press(page, "button");
    await page.waitForURL(`${server.url}/plans/renew`);
    await page.goto(`${server.url}/plans/renew/telenor`);
    const form = await shoot(page);
    await press(page, "form:has([name=on]) button");
    await page.locator(".result").waitFor();
    await press(page, ".result summary");
    const answer = await shoot(page);
    const phones = [form, answer].map(({ image }) => `<div class="phone page">${status}<img src="${image}"></div>`);
    await draw("recorded", scheme, 540, phones.join(""));
    note("recorded", `${form.text}\n\n${answer.text}\n`);
    await page.context().close();
    await server.stop();
  }
}

try {
  for (const list of lists) await pageAndWarning(list);
  await formAndAnswer();
} finally {
  for (const server of servers) server.kill();
  await browser.close();
  rmSync(folder, { recursive: true });
}

// The same job in JavaScript: js-yaml, ical-generator, and this script between them, which counts
// the days and writes the texts. `node plans.mjs PLANS FEED`.
//
// It is let off what the afternoon version is let off (build/afternoon.rs).

import { readFileSync, writeFileSync } from "node:fs";
import ical from "ical-generator";
import { load } from "js-yaml";

// Noon on 5 October 2026, UTC.
const STAMP = new Date(1_791_201_600_000);
const DAY = 86_400_000;
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September",
  "October", "November", "December"];

const long = (day) => `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${day.getUTCFullYear()}`;
const short = (day) => `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()].slice(0, 3)} ${day.getUTCFullYear()}`;
const shifted = (day, days) => new Date(day.getTime() + days * DAY);
const days = (count) => `${count} ${count === 1 ? "day" : "days"}`;

function date(text) {
  const day = new Date(text);
  if (Number.isNaN(day.getTime())) throw new Error(`not a date: ${text}`);
  return day;
}

function after(day, period) {
  const [, count, unit] = /^(\d+) (day|month|year)s?$/.exec(period) ?? [];
  if (unit === "day") return shifted(day, Number(count));
  if (unit === undefined) throw new Error(`not a length of time: ${period}`);
  const months = day.getUTCMonth() + Number(count) * (unit === "year" ? 12 : 1);
  const last = new Date(Date.UTC(day.getUTCFullYear(), months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(day.getUTCFullYear(), months, Math.min(day.getUTCDate(), last)));
}

const textTo = (sms) => (sms.text ? `${sms.text} to ${sms.to}` : sms.to);

function renewal(way, price) {
  const places = [];
  if (way.url) places.push("on the website below");
  if (way.app) places.push(`in the ${way.app} app`);
  if (way.dial) places.push(`by dialling ${way.dial}`);
  if (way.sms) places.push(way.sms.text ? `by texting ${textTo(way.sms)}` : `by SMS to ${way.sms.to}`);
  if (way.call) places.push(`by calling ${way.call}`);
  const [means, before] = {
    "third-party": [" through a third-party service", ", "],
    shop: [" in a shop", "; details "],
    voucher: ["", ". Redeem it "],
  }[way.method] ?? ["", " "];
  let line = "Renew";
  if (price) line += ` (${price})`;
  if (way.action) line += `: ${way.action}`;
  line += means;
  if (places.length > 0) line += before + places.join(", or ");
  return `${line}.`;
}

function checkLine(check) {
  const places = [];
  if (check.app) places.push(`open the ${check.app} app`);
  if (check.dial) places.push(`dial ${check.dial}`);
  if (check.sms) places.push(`text ${textTo(check.sms)}`);
  if (check.call) places.push(`call ${check.call}`);
  if (check.url) places.push(`go to ${check.url}`);
  return `Check: ${places.join(" or ")}${check.url ? " – " : "; "}the new date should show.`;
}

// Where support is found, and what ends the sentence.
function places({ support }) {
  if (!support) return ".";
  return `: ${[support.call, support.url].filter(Boolean).join(" or ")}${support.url ? "" : "."}`;
}

// Each plan of the benchmark has a way.
function howToRenew(plan) {
  const lines = [];
  const { number, provider, renewal: way, check, support } = plan;
  if (way) {
    lines.push(renewal(way, plan.price));
    (way.steps ?? []).forEach((step, index) => lines.push(`${index + 1}. ${step}`));
  }
  if (check) lines.push(checkLine(check));
  else if (number) lines.push("Check: look at the balance or the new date in your account, wait for the provider's " +
    "text message, or make a test call.");
  else lines.push("Check that the new date shows.");
  const online = ["website", "app", "third-party"].includes(way?.method);
  const paid = plan.price || ["third-party", "shop", "voucher"].includes(way?.method);
  lines.push(`${paid ? "Keep the receipt, then record it" : "Then record it"}: weekahead renew ${plan.id}`);
  const verb = support ? "contact" : "ask";
  const first = paid ? `Check your card and balance, then ${verb}` : verb[0].toUpperCase() + verb.slice(1);
  lines.push(`Failed? ${first} ${provider ?? (support ? "support" : "the provider")}${places(plan)}`);
  if (online && paid) {
    const place = way.method === "third-party" ? "a site or app that you know" : "the provider's own site or app";
    lines.push(`Pay only on ${place}, never over open Wi-Fi.`);
  }
  return lines;
}

function describe(plan, when, expiry, end) {
  const recoverable = when === "after grace" ? "Could be recovered" : "Recoverable";
  const lines = [`${when === "before" ? "Expires" : "Expired"} ${long(expiry)}.` +
    (end ? ` ${recoverable} until ${long(end)}.` : "")];
  const { number, provider, renewal: way } = plan;
  if (number) {
    const ending = `number ending in ${number.replace(/\D/g, "").slice(-3)}.`;
    lines.push(provider ? `${provider}, ${ending}` : ending);
  } else if (provider) {
    lines.push(`Provider: ${provider}.`);
  }
  if (when === "after grace") {
    lines.push(`If it was renewed in time, record it: weekahead renew ${plan.id}`);
    lines.push(`If not, ask ${provider ?? "the provider"} whether it can still be recovered${places(plan)}`);
  } else {
    lines.push(...howToRenew(plan));
  }
  if (plan.notes) lines.push(plan.notes.trimEnd());
  lines.push(`List as of ${long(STAMP)}.`);
  if (way?.url) lines.push(way.url);
  return lines.join("\n");
}

function addPlan(calendar, plan, settings) {
  const renewed = plan.renewed && date(plan.renewed);
  const expiry = plan.expires ? date(plan.expires) : after(renewed, plan.validity);
  const end = plan.grace && after(expiry, plan.grace);
  const leads = (plan.remind ?? settings.remind).map((lead) => parseInt(lead, 10));
  const ahead = describe(plan, "before", expiry, end);
  const past = describe(plan, "after", expiry, end);
  const event = (kind, start, summary, description, alarms = []) => {
    const id = `${settings.id}-${plan.id}-${kind}@weekahead`;
    const url = plan.renewal?.url;
    const end = shifted(start, 1);
    calendar.createEvent({ id, stamp: STAMP, start, end, allDay: true, summary, description, url, alarms });
  };
  // Nine o'clock so many days ahead, in seconds before midnight.
  const alarm = (lead, description) => ({ type: "display", trigger: lead * 86_400 - 9 * 3_600, description });

  const alarms = [];
  for (const lead of leads) {
    const day = shifted(expiry, -lead);
    if (renewed && day < renewed) continue;
    const title = `${plan.name}: ${days(lead)} left (expires ${short(expiry)})`;
    if (settings.notices !== false) event(`notice-${lead}`, day, title, ahead);
    alarms.push(alarm(lead, title));
  }
  event("expiry", expiry, `${plan.name} expires on ${short(expiry)}`, ahead, alarms);
  const rescueDays = leads.map((lead) => end && shifted(end, -lead)).filter((day) => day > expiry);
  const graceBegins = end && rescueDays.reduce((first, day) => (day < first ? day : first), end);
  for (const [late, ago] of [[1, "yesterday"], [7, "7 days ago"], [28, "28 days ago"]]) {
    const day = shifted(expiry, late);
    if (settings.notices === false || (end && day >= graceBegins)) continue;
    event(`overdue-${late}`, day, `${plan.name} expired ${ago}: no renewal recorded`, past);
  }
  if (end) {
    const rescues = [];
    for (const lead of leads) {
      const day = shifted(end, -lead);
      if (day <= expiry) continue;
      const title = `${plan.name}: recover it within ${days(lead)} (by ${short(end)})`;
      if (settings.notices !== false) event(`grace-notice-${lead}`, day, title, past);
      rescues.push(alarm(lead, title));
    }
    event("grace-end", end, `${plan.name}: last day to recover is ${short(end)}`, past, rescues);
    if (settings.notices === false) return;
    const title = `${plan.name}: grace ended yesterday, no renewal recorded`;
    event("after-grace", shifted(end, 1), title, describe(plan, "after grace", expiry, end));
  }
}

const [from, to] = process.argv.slice(2);
const { calendar: settings, plans } = load(readFileSync(from, "utf8"));
const calendar = ical({ name: settings.name, description: settings.description });
for (const plan of plans) addPlan(calendar, plan, settings);
writeFileSync(to, calendar.toString());

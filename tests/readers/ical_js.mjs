// Reads feeds with ical.js, the reader of Thunderbird and Nextcloud: node ical_js.mjs FEED... Each
// becomes a line of JSON.

import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const text = (component, name) => component.getFirstPropertyValue(name);

// A day begins at its midnight, and an alarm counts from there.
const rings = (start, alarm) => {
  const time = start.clone();
  time.isDate = false;
  time.addDuration(text(alarm, "trigger"));
  return time.toString();
};

const read = (path) => {
  const calendar = new ICAL.Component(ICAL.parse(readFileSync(path, "utf8")));
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      summary: event.summary,
      description: event.description ?? "",
      start: event.startDate.toString(),
      end: event.endDate.toString(),
      transparency: text(component, "transp"),
      url: text(component, "url") ?? "",
      related: text(component, "related-to") ?? "",
      modified: text(component, "last-modified")?.toString() ?? "",
      sequence: event.sequence ?? 0,
      alarms: component.getAllSubcomponents("valarm").map((alarm) => ({
        rings: rings(event.startDate, alarm),
        text: text(alarm, "description"),
      })),
    };
  });
};

for (const path of process.argv.slice(2)) {
  console.log(JSON.stringify(read(path)));
}

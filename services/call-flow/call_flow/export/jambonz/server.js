"use strict";
// Answers the webhooks of jambonz.

const fs = require("fs");
const http = require("http");
const path = require("path");
const decide = require("./decide.js");
const hours = require("./hours.js");

function read(name) {
  return JSON.parse(fs.readFileSync(path.join(__dirname, name), "utf8"));
}

const hooks = read("hooks.json");
const schedules = read("schedules.json");
const LONGEST = 1000000;

function ask(name) {
  return Object.prototype.hasOwnProperty.call(schedules, name) ? hours.ask(schedules[name], new Date()) : "closed";
}

http.createServer(function (request, response) {
  let body = "";
  request.on("data", function (part) { body += part; if (body.length > LONGEST) { request.destroy(); } });
  request.on("end", function () {
    let report = {};
    try { report = JSON.parse(body || "{}"); } catch (error) { report = {}; }
    const name = request.url.split("?")[0];
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(decide.verbs(hooks, name, report, ask)));
  });
}).listen(Number(process.argv[2] || 3000));

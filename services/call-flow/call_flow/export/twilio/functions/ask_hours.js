"use strict";
// Answers whether a schedule is open.

exports.handler = function (context, event, callback) {
  const data = JSON.parse(Runtime.getAssets()["/callflow.json"].open());
  const hours = require(Runtime.getAssets()["/hours.js"].path);
  const known = Object.prototype.hasOwnProperty.call(data.hours, event.schedule);
  callback(null, { state: known ? hours.ask(data.hours[event.schedule], new Date()) : "closed" });
};

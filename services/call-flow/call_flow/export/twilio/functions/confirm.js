"use strict";
// Whoever answers presses 1 to take the call; else it is as if nobody had answered.

exports.handler = function (context, event, callback) {
  const response = new Twilio.twiml.VoiceResponse();
  if (event.Digits !== "1") {
    if (event.Digits === undefined) {
      response.gather({ numDigits: 1, timeout: 5, action: "confirm" }).say("Press 1 to take the call.");
    }
    response.hangup();
  }
  callback(null, response);
};

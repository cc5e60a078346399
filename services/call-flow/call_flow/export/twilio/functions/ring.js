"use strict";
// Rings a place of callflow.json, round after round, and then gives the call back to the flow.

exports.handler = function (context, event, callback) {
  const data = JSON.parse(Runtime.getAssets()["/callflow.json"].open());
  const response = new Twilio.twiml.VoiceResponse();
  const place = Object.prototype.hasOwnProperty.call(data.places, event.place) ? data.places[event.place] : null;
  const at = Number(event.at || 0);
  const more = "&flow=" + encodeURIComponent(event.flow || "");
  if (place === null || at >= place.rounds.length) {
    response.redirect("after?status=" + encodeURIComponent(event.status || "no-answer") + more);
    callback(null, response);
    return;
  }
  const round = place.rounds[at];
  if (at === 0) { place.says.forEach(function (words) { response.say({ language: words.language }, words.text); }); }
  if (round.room) {
    response.dial().conference({ beep: round.beep }, round.room);
    callback(null, response);
    return;
  }
  const next = "after?place=" + encodeURIComponent(event.place) + "&at=" + (at + 1) + more;
  const options = { action: next, timeout: round.timeout };
  if (round.caller_id) { options.callerId = round.caller_id; }
  const dial = response.dial(options);
  round.legs.forEach(function (leg) {
    const asked = leg.confirm ? { url: "confirm" } : {};
    if (leg.sip) { dial.sip(asked, "sip:" + leg.sip + "@" + context.SIP_DOMAIN); } else { dial.number(asked, leg.number); }
  });
  callback(null, response);
};

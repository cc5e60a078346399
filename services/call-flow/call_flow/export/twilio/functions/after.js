"use strict";
// After a round: the next one, or back to the flow with what happened.

exports.handler = function (context, event, callback) {
  const response = new Twilio.twiml.VoiceResponse();
  const status = event.DialCallStatus || event.status || "no-answer";
  const more = "&flow=" + encodeURIComponent(event.flow || "");
  if (status !== "completed" && status !== "answered" && event.place) {
    const where = "ring?place=" + encodeURIComponent(event.place) + "&at=" + Number(event.at || 0);
    response.redirect(where + "&status=" + encodeURIComponent(status) + more);
  } else if (/^FW[0-9a-f]{32}$/.test(event.flow || "")) {
    const flow = "https://webhooks.twilio.com/v1/Accounts/" + context.ACCOUNT_SID + "/Flows/" + event.flow;
    response.redirect(flow + "?FlowEvent=return&Status=" + encodeURIComponent(status));
  } else {
    response.hangup();
  }
  callback(null, response);
};

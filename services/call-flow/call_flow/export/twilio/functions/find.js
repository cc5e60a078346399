"use strict";
// Finds the extension whose name begins with the keys that the caller pressed.

exports.handler = function (context, event, callback) {
  const data = JSON.parse(Runtime.getAssets()["/callflow.json"].open());
  const known = Object.prototype.hasOwnProperty.call(data.directories, event.directory);
  const names = known ? data.directories[event.directory] : [];
  const found = names.filter(function (name) { return name.keys.indexOf(event.digits || "none") === 0; });
  callback(null, { extension: found.length > 0 ? found[0].extension : "" });
};

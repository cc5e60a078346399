// Shorter forms of what elkjs does most often: a third of its work in an interpreter, for the same places.
//
// elkjs is Java, compiled: each value is checked for its class when it is used, and each lookup asks for a hash. A form
// is taken only if the function that it stands for reads as it is written here, so that another elkjs is slower at
// worst. The names are those of elkjs 0.12.1.

var faster = [];

function shorter(name, known, make) {
  if (String(globalThis[name]) === known) {
    globalThis[name] = make(globalThis[name]);
    faster.push(name);
  }
}

// A cast, and what is put into an array. What would not fit ends in another exception.
shorter("FD", "function FD(a,b){zFb(a==null||ED(a,b));return a}", () => (value) => value);
shorter(
  "RC",
  "function RC(a,b,c){mFb(c==null||JC(a,c));return a[b]=c}",
  () => (array, at, value) => (array[at] = value),
);

// The next one of a list; whether there is one was asked before.
shorter(
  "Gnb",
  "function Gnb(a){pFb(a.a<a.c.c.length);a.b=a.a++;return a.c.c[a.b]}",
  () => (iterator) => iterator.c.c[(iterator.b = iterator.a++)],
);

// Is it of this class?
shorter("ND", "function ND(a,b){return a!=null&&ED(a,b)}", () => (value, type) => {
  if (value === null || value === undefined) return false;
  return value.Rm && typeof value !== "string" ? !!value.Rm[type] : ED(value, type);
});

// Hashes: of a text, which is mostly the long name of an option, and of anything.
shorter(
  "Bhb",
  "function Bhb(a){var b,c;b=0;for(c=0;c<a.length;c++){b=(b<<5)-b+(yFb(c,a.length),a.charCodeAt(c))|0}return b}",
  (plain) => {
    const known = new Map();
    return (text) => {
      let hash = known.get(text);
      if (hash === undefined) {
        hash = plain(text);
        if (known.size < 10000) known.set(text, hash);
      }
      return hash;
    };
  },
);
shorter(
  "tb",
  "function tb(a){return RD(a)?Bhb(a):PD(a)?agb(a):OD(a)?(rFb(a),a)?1231:1237:MD(a)?a.Hb():QC(a)?hFb(a):Iz(a)}",
  (plain) => (value) =>
    typeof value === "object" && value.Sm === Aeb && !Array.isArray(value) ? value.Hb() : plain(value),
);

// An entry of a map, without a list to be made where there is none.
shorter("ytb", "function ytb(a,b){return wtb(a,b,xtb(a,a.b.ze(b)))}", () => (map, key) => {
  const entries = map.a.get(map.b.ze(key));
  return entries === undefined ? null : wtb(map, key, entries);
});

// Where the ports and labels of nodes are to be. Of a node whose ports have fixed places, ELK's sixth constraint, that
// is known.
shorter("AJb", "function AJb(a){anb(a.Pf(),new EJb(a))}", () => (graph) => {
  for (const node of graph.Pf().c) if (node.lf(bpd).g !== 5) DJb(graph, node, true, false);
});

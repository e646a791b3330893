// Compresses the charting library: pages carry it in this form and the browser unpacks it.
const fs = require('node:fs');
const zlib = require('node:zlib');

const script = fs.readFileSync('node_modules/plotly.js-strict-dist-min/plotly-strict.min.js');
fs.writeFileSync('plotly.js.gz', zlib.gzipSync(script, { level: 9 }));

//! How a page is looked at: its size, colours and language, with scripts or without.

use data_encoding::BASE64;
use serde_json::json;

use super::Page;

impl Page {
    /// A window of that many CSS pixels. `scale` 2 is what 200 % zoom does to a page: half the
    /// pixels, each twice as large.
    pub fn size(&self, width: u32, height: u32, scale: f64) {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false,
        });
        self.call("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// Sets media features, such as `("prefers-color-scheme", "dark")`. Nothing moves meanwhile, so
    /// that colours are what they are.
    pub fn prefers(&self, features: &[(&str, &str)]) {
        let features: Vec<_> = features
            .iter()
            .chain(&[("prefers-reduced-motion", "reduce")])
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        self.call(
            "Emulation.setEmulatedMedia",
            &json!({ "features": features }),
        );
    }

    /// Switches the page's own scripts off.
    pub fn without_scripts(&self) {
        self.call(
            "Emulation.setScriptExecutionDisabled",
            &json!({ "value": true }),
        );
    }

    /// The languages the browser asks pages for.
    pub fn speaks(&self, languages: &str) {
        let headers = json!({ "headers": { "Accept-Language": languages } });
        self.call("Network.setExtraHTTPHeaders", &headers);
    }

    /// How many CSS pixels wider the page is than its window; zero when nothing is cut.
    pub fn overflow(&self) -> i64 {
        let wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        self.eval(wider).as_i64().unwrap_or(i64::MAX)
    }

    /// The whole page as PNG.
    pub fn picture(&self) -> Vec<u8> {
        let metrics = self.call("Page.getLayoutMetrics", &json!({}));
        let size = &metrics["cssContentSize"];
        let clip = json!({
            "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1,
        });
        let asked = json!({ "format": "png", "captureBeyondViewport": true, "optimizeForSpeed": true, "clip": clip });
        let taken = self.call("Page.captureScreenshot", &asked);
        let data = taken["data"].as_str().unwrap_or_default();
        BASE64
            .decode(data.as_bytes())
            .expect("Chromium writes base64")
    }
}

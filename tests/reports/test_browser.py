"""The page in a browser: what the script adds, and that nothing is asked of anybody."""

import functools
import http.server
import json
import shutil
import threading

import pytest

from longtail.reports.render import html

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None or DRIVER is None, reason="chromium and chromedriver are not both installed"),
]
SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


@pytest.fixture(scope="module")
def driver():
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for switch in SWITCHES:
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield browser
    browser.quit()


@pytest.fixture
def asked():
    """Paths that were asked of the server."""
    return []


@pytest.fixture
def address(report, tmp_path, asked):
    (tmp_path / "report.html").write_text(html(report), encoding="utf-8")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words):
            asked.append(self.path)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=tmp_path))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/report.html"
    server.shutdown()
    thread.join()
    server.server_close()


def column(driver, table, place):
    script = (
        "return [...document.querySelectorAll(`#${arguments[0]} tbody tr:not(.gone)`)]"
        ".map(row => row.cells[arguments[1]].firstChild.textContent)"
    )
    return driver.execute_script(script, table, place)


def opened(driver, address):
    """The page afresh, all folds open: a change of the hash alone loads nothing."""
    driver.get("about:blank")
    driver.get(address)
    driver.execute_script("document.querySelectorAll('details').forEach(box => { box.open = true; })")


def test_nothing_is_asked_and_nothing_is_complained_of(driver, address, asked):
    driver.get_log("browser")
    driver.get_log("performance")
    opened(driver, address)
    driver.execute_script("document.querySelector('.chart-box button').click()")
    assert driver.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    urls = {e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"}
    assert {url for url in urls if not url.startswith(("data:", "blob:", "about:"))} == {address}
    assert asked == ["/report.html"]


def test_sorting_by_keyboard_and_its_mark(driver, address):
    opened(driver, address)
    button = driver.find_element("css selector", "#cells-all thead th:nth-child(2) button")
    head = driver.find_element("css selector", "#cells-all thead th:nth-child(2)")
    assert head.get_attribute("aria-sort") == "none"
    button.send_keys("\ue007")
    assert head.get_attribute("aria-sort") == "descending"
    assert column(driver, "cells-all", 0)[-1] == "none"
    button.send_keys("\ue007")
    assert head.get_attribute("aria-sort") == "ascending"
    assert column(driver, "cells-all", 0)[0] == "none"
    assert driver.execute_script("return location.hash") == "#s.cells-all=1.ascending"


def test_filter_hides_rows_and_comes_back_from_the_address(driver, address):
    opened(driver, f"{address}#cells&q.cells-all=smote%7C连衣裙")
    assert column(driver, "cells-all", 0) == ["smote", "连衣裙和鞋子"]


def test_learner_hides_what_is_about_others(driver, address):
    opened(driver, address)
    driver.find_element("css selector", "select[name=learner] option[value=gbdt]").click()
    assert column(driver, "cells-all", 0)[0] == "none"
    assert len(column(driver, "cells-all", 0)) == 2
    assert not driver.find_element("css selector", "#verdicts tbody tr").is_displayed()
    assert "learner=gbdt" in driver.execute_script("return location.hash")


def test_theme_is_chosen_kept_and_changes_the_charts(driver, address):
    opened(driver, address)
    colour = (
        "return getComputedStyle(document.querySelector('svg.chart .f-ink')).fill"
        " + getComputedStyle(document.body).backgroundColor"
    )
    found = []
    for theme in ("light", "dark"):
        driver.find_element("css selector", f"select[name=theme] option[value={theme}]").click()
        found.append(driver.execute_script(colour))
    assert found[0] != found[1]
    opened(driver, f"{address}#theme=dark")
    assert driver.execute_script(colour) == found[1]


def test_a_row_leads_to_the_cells_behind_it(driver, address):
    opened(driver, address)
    driver.execute_script("document.querySelector('#lines-table .trace').click()")
    value = driver.find_element("css selector", "#cells-all input").get_attribute("value")
    assert value == "00000000"


def test_exports_hold_the_numbers(driver, address):
    opened(driver, address)
    hook = (
        "window.saved = [];"
        "URL.createObjectURL = blob => { blob.text().then(text => window.saved.push(text)); return '#'; };"
        "HTMLAnchorElement.prototype.click = () => {};"
        "document.querySelectorAll('#lines-table .tools button').forEach(button => button.click());"
        "document.querySelector('#forest .panel button').click();"
    )
    driver.execute_script(hook)
    driver.execute_async_script("setTimeout(arguments[0], 200)")
    csv, objects, markdown, svg = driver.execute_script("return window.saved")
    assert csv.splitlines()[:2] == ["Strategy,AP,AP low,AP high,Cost", "none,0.4,0.390,0.420,1"]
    assert json.loads(objects)[0] == {"Strategy": "none", "AP": 0.4, "AP low": 0.39, "AP high": 0.42, "Cost": 1}
    assert markdown.splitlines()[2] == "| none | 0.400 [0.390, 0.420] | 1.0 s |"
    assert svg.startswith("<svg")
    assert "var(--" not in svg
    assert "rgb(" in svg


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_never_scrolls_sideways(driver, address, width):
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    opened(driver, address)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

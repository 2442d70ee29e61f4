//! Texts to search: prose that lies beside the workspace where it does, generated otherwise.

use std::{fs, path::Path};

/// Where prose may be, from this crate's folder.
const PROSE: &str = "../../../../shared/data/text";

/// How long most texts are: what the caches of one core hold.
pub(crate) const BYTES: usize = 1 << 20;

/// Words of languages that the prose is not there for.
const WORDS: [(&str, &str); 6] = [
    (
        "en",
        "the harbour was quiet before anybody had opened the shutters and a boat came in slowly while gulls argued about bread on the wall of an old house",
    ),
    (
        "ru",
        "утром гавань была тихой никто ещё не открыл ставни и лодка медленно вошла пока чайки спорили о хлебе на стене старого дома",
    ),
    (
        "zh",
        "清晨的港口很安静还没有人打开窗户一条小船慢慢地靠岸海鸥在老房子的墙上争抢面包",
    ),
    (
        "ar",
        "كان الميناء هادئا في الصباح قبل أن يفتح أحد النوافذ ودخل قارب ببطء بينما كانت النوارس تتشاجر على الخبز فوق جدار بيت قديم",
    ),
    (
        "hi",
        "सुबह बंदरगाह शांत था किसी ने अभी खिड़की नहीं खोली थी और एक नाव धीरे से आई जब पुराने घर की दीवार पर पक्षी रोटी के लिए लड़ रहे थे",
    ),
    (
        "th",
        "ตอนเช้าท่าเรือเงียบสงบยังไม่มีใครเปิดหน้าต่างเรือลำหนึ่งค่อยๆเข้ามาขณะที่นกนางนวลแย่งขนมปังกันบนกำแพงของบ้านเก่า",
    ),
];

/// A generator with a fixed start, so that every run searches the same.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b"0123456789"[self.below(10)]))
            .collect()
    }
}

/// Prose without a digit, of about `bytes`.
pub(crate) fn prose(language: &str, bytes: usize) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PROSE);
    let file = fs::read_to_string(path.join(format!("{language}.txt"))).ok();
    let lines = file.unwrap_or_else(|| generated(language));
    let plain = lines
        .lines()
        .filter(|line| !line.contains(char::is_numeric));
    let mut text = String::with_capacity(bytes + 512);
    for line in plain.cycle() {
        if text.len() + line.len() > bytes {
            break;
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn generated(language: &str) -> String {
    let words = WORDS.iter().find(|(known, _)| *known == language);
    let words: Vec<&str> = words
        .map_or(WORDS[0].1, |(_, words)| words)
        .split(' ')
        .collect();
    let mut dice = Dice(7);
    let line = |_| {
        let count = 3 + dice.below(12);
        let words: Vec<&str> = (0..count).map(|_| dice.pick(&words)).collect();
        words.join(" ")
    };
    let lines: Vec<String> = (0..4_000).map(line).collect();
    lines.join("\n")
}

/// English prose with a number about every 2 KB, and ordinary numerals between.
pub(crate) fn sparse(numbers: &[String]) -> String {
    let mut dice = Dice(11);
    let mut text = String::new();
    let mut next_number = 2_000;
    for (place, line) in prose("en", BYTES).lines().enumerate() {
        text.push_str(line);
        text.push(' ');
        if place % 11 == 0 {
            text.push_str(&numeral(&mut dice));
            text.push(' ');
        }
        if text.len() > next_number {
            text.push_str(&numbers[dice.below(numbers.len())]);
            text.push_str(", ");
            next_number = text.len() + 2_000;
        }
    }
    text
}

fn numeral(dice: &mut Dice) -> String {
    match dice.below(5) {
        0 => format!("in {}", 1900 + dice.below(130)),
        1 => format!("{} days", 1 + dice.below(99)),
        2 => format!("${}.{}", dice.below(999), dice.digits(2)),
        3 => format!("{}/{}/2024", 1 + dice.below(12), 1 + dice.below(28)),
        _ => format!("{} %", dice.below(100)),
    }
}

/// Logs as servers write them: about a quarter of their bytes are digits. No phone numbers.
pub(crate) fn logs() -> String {
    let mut dice = Dice(13);
    let mut text = String::new();
    while text.len() < BYTES {
        let clock = clock(&mut dice);
        let line = match dice.below(6) {
            0 => format!(
                "{} - - [{}] \"GET /{} HTTP/1.1\" {} {} \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\"",
                address(&mut dice),
                clock,
                dice.pick(&["index.html", "assets/site.css", "api/orders", "healthz"]),
                200 + 100 * dice.below(4),
                dice.below(90_000)
            ),
            1 => format!(
                "{clock} INFO dfs.DataNode$PacketResponder: PacketResponder {} for block blk_{} terminating",
                dice.below(3),
                dice.digits(18)
            ),
            2 => format!(
                "{clock} combo sshd(pam_unix)[{}]: authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost={}",
                dice.below(32_000),
                address(&mut dice)
            ),
            3 => format!(
                "{{\"time\":\"{clock}\",\"level\":\"info\",\"request\":\"{}-{}\",\"took_ms\":{},\"path\":\"/v1/orders/{}\"}}",
                dice.digits(8),
                dice.digits(4),
                dice.below(5_000),
                dice.digits(7)
            ),
            4 => format!(
                "{clock} WARN [SendWorker:{}:QuorumCnxManager@{}] - Interrupted while waiting for message on queue",
                dice.digits(12),
                400 + dice.below(400)
            ),
            _ => format!(
                "{clock} kernel: eth0: link up, {} Mbps, full-duplex, lpa 0x{}",
                10 * (1 + dice.below(100)),
                dice.digits(4)
            ),
        };
        text.push_str(&line);
        text.push('\n');
    }
    text
}

fn clock(dice: &mut Dice) -> String {
    let (month, day, hour) = (1 + dice.below(12), 1 + dice.below(28), dice.below(24));
    let (minute, second) = (dice.below(60), dice.below(60));
    match dice.below(3) {
        0 => format!(
            "2026-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02},{}",
            dice.digits(3)
        ),
        1 => format!(
            "2026-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{}Z",
            dice.digits(6)
        ),
        _ => format!("Nov {day:02} {hour:02}:{minute:02}:{second:02}"),
    }
}

fn address(dice: &mut Dice) -> String {
    let parts: Vec<String> = (0..4).map(|_| dice.below(256).to_string()).collect();
    parts.join(".")
}

/// Records of which more than half the bytes are digits. No phone numbers.
pub(crate) fn dense() -> String {
    let mut dice = Dice(17);
    let mut text = String::new();
    while text.len() < BYTES {
        let part = match dice.below(9) {
            0 => format!("order {} ", dice.digits(10)),
            1 => format!(
                "DE{} {} {} ",
                dice.digits(2),
                dice.digits(8),
                dice.digits(10)
            ),
            2 => format!(
                "{} {} {} {} ",
                dice.digits(4),
                dice.digits(4),
                dice.digits(4),
                dice.digits(4)
            ),
            3 => format!("{} {} ", clock(&mut dice), dice.digits(3)),
            4 => format!("{} ", address(&mut dice)),
            5 => format!("{}-{}-{} ", dice.digits(8), dice.digits(4), dice.digits(12)),
            6 => format!(
                "{}.{},{}.{} ",
                dice.below(90),
                dice.digits(6),
                dice.below(180),
                dice.digits(6)
            ),
            7 => format!("ts={} ", 1_700_000_000 + dice.below(90_000_000)),
            _ => format!("{{\"id\":{},\"n\":{}}}\n", dice.digits(6), dice.below(100)),
        };
        text.push_str(&part);
    }
    text
}

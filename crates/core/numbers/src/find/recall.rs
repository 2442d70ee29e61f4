//! [`Mode::RecallMax`]: what its own search finds, and with it all that [`Mode::Balanced`] finds.
//!
//! The eager search reads longer runs, over lines and words. So it may take the beginning of a
//! number that the careful search finds for the end of another. What the careful search finds is
//! a number in use, written as one: where the two cross, it stays whole, and the eager search gets
//! what stands before it and what stands behind.

use std::ops::Range;

use super::{Finding, Mode, Reach, Step, Walk};

/// Where an eager find stands.
#[derive(Clone, Copy)]
struct Cover {
    start: usize,
    end: usize,
}

impl Cover {
    fn of(found: &Finding) -> Self {
        let Range { start, end } = found.bytes;
        Self { start, end }
    }

    /// Whether there is nothing to tell of `other` when this is told.
    fn holds(self, other: &Finding) -> bool {
        self.start <= other.bytes.start && other.bytes.end <= self.end
    }
}

/// What the careful search says about the text that an eager find stands in.
enum Careful {
    /// All that begins before the end of the find is held by it.
    Covered,
    /// This is not.
    Crossing(Finding),
    /// It depends on what follows the text; nothing begins before this place.
    Open(usize),
}

/// The next number; see [`Walk::next`].
pub(super) fn next(walk: &mut Walk<'_>, seek: usize) -> Step {
    let eager = match walk.ahead.take() {
        Some(step) => step,
        None => eager(walk, seek),
    };
    let cover = match &eager {
        Step::Found(found) => Cover::of(found),
        &Step::Clear(place) => Cover {
            start: place,
            end: place,
        },
    };
    let Cover { start, end } = cover;
    match careful(walk, seek, cover) {
        Careful::Covered => match eager {
            Step::Found(found) => emitted(walk, found),
            clear => clear,
        },
        Careful::Open(place) => Step::Clear(place.min(start)),
        Careful::Crossing(found) => {
            // The part of the eager find that stands before the other, if it is one by itself.
            let before = (start < found.bytes.start && start < end)
                .then(|| within(walk, seek, found.bytes.start))
                .flatten();
            if let Some(before) = before {
                return emitted(walk, before);
            }
            if found.bytes.end <= start {
                walk.ahead = Some(eager);
            }
            first_careful(walk, seek)
        }
    }
}

/// What the eager search finds from `seek` on. Digits that it refuses without reading them, the
/// careful search refuses too: it need not look at them.
fn eager(walk: &mut Walk<'_>, seek: usize) -> Step {
    let together = walk.come.careful.max(seek) >= walk.come.eager;
    walk.first_read = None;
    let step = walk.weighed(Mode::RecallMax, Reach::all(seek));
    walk.unread = match walk.first_read {
        _ if !together => 0,
        Some(digit) => digit,
        None => walk.text.len(),
    };
    step
}

/// Marks a number as told.
fn emitted(walk: &mut Walk<'_>, found: Finding) -> Step {
    let end = found.bytes.end;
    walk.come.eager = walk.come.eager.max(end);
    walk.come.careful = walk.come.careful.max(end);
    Step::Found(found)
}

/// What the careful search finds from `seek` on and before the end of an eager find, held against
/// it.
fn careful(walk: &mut Walk<'_>, seek: usize, cover: Cover) -> Careful {
    let begun = walk.come.careful;
    let (mut seek, mut passed) = (seek.max(begun), false);
    // Where nothing follows the text, only digits matter, and the eager search knows where they are.
    if walk.ended {
        seek = seek.max(walk.unread);
        match walk.scan.next_digit(seek) {
            Some(digit) if digit < cover.end => seek = digit,
            _ => return Careful::Covered,
        }
    }
    loop {
        let reach = Reach {
            seek,
            until: cover.end,
        };
        match walk.weighed(Mode::Balanced, reach) {
            Step::Clear(place) => {
                let open = place < cover.end;
                // What was passed over is looked at again, unless the eager find is told.
                if open && passed {
                    walk.come.careful = begun;
                }
                return match open {
                    true => Careful::Open(place),
                    false => Careful::Covered,
                };
            }
            Step::Found(found) if cover.holds(&found) => {
                (seek, passed) = (found.bytes.end, true);
                walk.come.careful = found.bytes.end;
            }
            Step::Found(found) => {
                if passed {
                    walk.come.careful = begun;
                }
                return Careful::Crossing(found);
            }
        }
    }
}

/// The number that the eager search finds in what stands before `end`, if the careful search finds
/// none that crosses it.
fn within(walk: &mut Walk<'_>, seek: usize, end: usize) -> Option<Finding> {
    let text = walk.text.get(..end)?;
    let mut shorter = Walk::new(text, walk.hints, true, walk.lengths.take());
    shorter.come = walk.come;
    let step = shorter.weighed(Mode::RecallMax, Reach::all(seek));
    walk.lengths = shorter.lengths;
    let Step::Found(found) = step else {
        return None;
    };
    let begun = walk.come.careful;
    match careful(walk, seek, Cover::of(&found)) {
        Careful::Covered => Some(found),
        Careful::Crossing(_) | Careful::Open(_) => {
            walk.come.careful = begun;
            None
        }
    }
}

/// The next number of the careful search, which is known to be there.
fn first_careful(walk: &mut Walk<'_>, seek: usize) -> Step {
    match walk.weighed(Mode::Balanced, Reach::all(seek)) {
        Step::Found(found) => emitted(walk, found),
        clear => clear,
    }
}

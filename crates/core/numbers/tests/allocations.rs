//! Searching allocates nothing: counted by an allocator.
#![expect(unsafe_code, reason = "a counting allocator has to be one")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use numbers::{Hints, Leniency, Mode, Region, find};

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // A thread that ends may allocate after its counter is gone; that is not counted.
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        // SAFETY: as promised by the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: as promised by the caller.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn finding_numbers_or_none_allocates_nothing() {
    let texts = [
        "nothing in it, 12 of 2026-11-22 and 4111 1111 1111 1111; ж 中 ٣ ".repeat(50),
        "call 07700 900123 or +1 201-555-0123 ext. 5, order 1234567890 ".repeat(50),
        "one two three dot 5 %2B44 x%20 \u{200b}1".repeat(50),
    ];
    let regions = [Region::parse("GB").unwrap_or(Region::WORLD)];
    for mode in [
        Mode::Google(Leniency::Possible),
        Mode::Google(Leniency::Valid),
        Mode::Balanced,
        Mode::RecallMax,
    ] {
        for text in &texts {
            let hints = Hints {
                spoken: true,
                ..Hints::new(&regions, mode)
            };
            let before = COUNT.get();
            let found = find(text, &hints).count();
            assert_eq!(COUNT.get() - before, 0, "{mode:?}, {found} found");
        }
    }
}

// Package window is the arithmetic of event-time windows, without I/O and without state. Planner and operators share
// it.
//
// Windows are half-open ranges of event time, in microseconds since 1970-01-01 UTC, aligned to that instant plus an
// offset and floored for times before it:
//
//	offset        offset+size     offset+2·size
//	  │── window ──│── window ──│
//	  start        end
//
// A watermark closes a window when the last millisecond of the window is at or below it, because time attributes have
// millisecond precision; that millisecond, end − 1 ms, is window_time, the event time of what a window emits.
//
// A window whose start or end does not fit event time does not exist: the methods here report it, they never wrap.
//
// # Slices
//
// A row goes to exactly one slice, a range of time around it that no window cuts in two. Slices are what state is keyed
// by; a slice is named by its end. Where windows do not overlap, a slice is a window. Where they do, a
// window is a run of slices and its result is theirs merged, so that a row costs the same however many windows it
// counts in:
//
//	HOP, 6 s every 4 s        │─────────────│                 CUMULATE, to 6 s by 2 s  │────│
//	                                   │─────────────│                                 │─────────│
//	slices of 2 s             │────│───│────│────│───│        slices of 2 s            │──────────────│
//
// # What the methods mean for each kind
//
// Slices gives the end of a time's slice, Last the last window of a slice, Start the start of the window that ends at
// end, Next the windows of a slice one after the other:
//
//	            Slices                    Last                      Start                 Next
//	TUMBLE      the end of the window     the slice                 end − size            the slice
//	HOP         the next multiple of      starts at the last slide  end − size            one per slide,
//	            gcd(size, slide)          before its rows                                 each size long
//	CUMULATE    the next step             ends at the next size     the size before end   one per step,
//	                                                                                      up to the next size
//	local day   the next midnight of the  the slice                 the midnight before,  the slice
//	            zone                                                23 to 25 hours
//	SESSION     time + gap                the slice: the session    no function of end    no function of the slice
//	                                      of this row alone
//
// All but sessions are Aligned: time alone says which windows there are, and no two of them end together, so that a
// window is named by its end. A session depends on the rows: its end moves when a row comes, two become one when a row
// joins them, and two keys have sessions of their own. Its assigner is an Assigner and not Aligned; an operator that
// needs more than that refuses it. Which rows are late is the same question for all: the last window that a row could
// count in has closed.
//
// Windows over processing time need no kind of their own: their operator gives Slices the epoch's clock as the time of
// every row.
package window

"""How calls go: a deterministic state machine over the graph of a flow, with which everything else is compared.

It knows no clock and no chance: the same flow and scenario give the same result. A generated dialplan does the same;
where Asterisk decides by time, the order of things here is the order there.

**The call.** From outside it comes in at a number of the flow. From an extension it begins with what that dials. Each
place it comes to appends one step; the outcome of the step is that of the edge taken (`call_flow.flow.graph`). A
destination that the flow does not have ends the call as `unallocated`, and so does a number without a route. After 100
places the call ends with `congestion`. Whoever has no state answers, and at once; an extension that is no telephone
(`device` none) or does not exist is never reachable, whatever the scenario says. Prompts are heard in their order and
take their `seconds`, or 0.4 s a word if they have none.

**Keys.** Only menus, directories, queues with exit keys and mailboxes with an operator listen; keys that nobody takes
stay for the next one who listens. A listener begins to count when it begins to play its prompt, each time it plays it.
The next press counts if its `after` is less than the prompt and the time for an answer together; else this playing
passes in silence, and the press stays for the next. A press of several keys is several presses, the later ones 0 s
after the one before. Within an entry `after` counts from the key before. An empty press is silence: one playing and
the time for an answer pass, and it is used up; it never counts within an entry. So a driver that makes such calls
waits until a place begins to listen, then starts the time of the next press, stops it when the place is left, and
starts it anew when the prompt is played again or the next place listens.

**Number.** Carries its language and caller prefix along and goes to its entry: outcome `call`.

**time_switch.** Asks its schedule for the instant at which the call began, in the schedule's zone, however long the
call has lasted (`call_flow.flow.hours`). A state that a scenario gives to the schedule, which must be one of its
override, comes first. `holiday` is the outcome even where the edge leads where `closed` does.

**menu.** An entry grows while a longer one begins like it, each further key within `digit_timeout_s`; then it is taken
if it is a key, the replay key, or an extension that may be dialled, in this order of precedence, and is invalid if
not: `9` is invalid at once if nothing begins with 9. The replay key plays the prompt again and is no try. An invalid
entry plays `invalid_prompt` to its end, nobody listening, also the last time. Silence lasts the prompt and
`timeout_s`. Both are a try; the last of `max_tries` decides between `invalid` and `no_input`. Outcomes `key:…`,
`dial:…`.

**Extension.** Answers, or is busy, or not reachable at once, or rings `ring_s`. Where it is followed, each number of
`follow_me` rings `delay_s` after the call came, also when the telephone is busy or not reachable; one that answers,
and presses 1 if asked to, ends the call as `external` (outcome `followed`). Else the outcome is what the telephone
itself did, and the call goes where `Graph.after` says.

**Outside number as a destination.** Ends the call as `external`, or with cause busy or no_answer.

**ring_group.** After its greeting members ring, together, each `delay_s` after the group began; one whose delay is not
less than `ring_s` never rings. In the other strategies they ring one after another for `ring_s` each, as listed: who
begins is a matter of memory or chance (rotating, random), but not whether somebody answers; `delay_s` means nothing
there. The earliest who answers ends the call, the first listed of equally early ones. Members' own fall-backs and
follow_me do not apply. `busy` and `offline` are outcomes only when every member that rings is so.

**queue.** After its greeting: `no_agents` when every agent is an extension that is not reachable, unless `join_empty`;
then `full` when its state says so; then the caller waits. Of the agents who are free those with the lowest penalty are
asked, and only those, also when they do not answer. With `ringall` the first listed who answers does so at once; in
the other strategies each one before, who does not answer, costs `ring_s` and `retry_s`. Nobody within `max_wait_s`:
`timeout`. An exit key counts until then, or until somebody answers; other keys do nothing. The prompt of `announce` is
listed once if the caller waits longer than `every_s`.

**external.** Rings; `answered` ends the call as `external`, after the callee pressed 1 if `confirm`. Not reachable is
`no_answer`.

**announcement.** Plays to its end; keys wait. **hangup.** The same, then ends the call with its cause.

**voicemail.** Goes on to its mailbox (`message`). **Mailbox.** Plays the greeting, unless that is none. If it has an
operator it listens meanwhile: 0 goes there (`key:0`), another key ends a greeting of the customer's own, only `#` that
of the system. Else a message is left (`message`).

**directory.** The caller spells with up to three keys, each within 3 s, fewer if `#` ends it. No first key within 5 s
after the introduction is `failed`; so is `*` as the first key. 0 there goes to the operator, or is `failed` without
one. Names match by the keys of their first letters, last or first name as `by` says. Matches are offered in
alphabetical order, last names with the first behind it: 1 takes one (`found:…`), `*` goes on to the next, 0 and `#`
leave as above; anything else or silence offers it again, three times in all. When nobody matches or was taken, that is
said, for 2 s: a key in this time is `failed`, else the introduction begins again. This is what Asterisk's application
`Directory` does.

**caller_match.** The first rule that matches: `anonymous` for callers from `anonymous`, a prefix for numbers that
begin with it. A scenario without `from` matches no rule.

**toggle.** Its state in the scenario, else its default. **page**, **conference.** End the call as `answered` there.

**Calls of extensions.** What is dialled is, in this order: an emergency or test number, with or without a prefix of
`accept_prefixes` (ends as `emergency`, with a step for the location told and one for each notice; test numbers notify
nobody); an extension; a conference room; a mailbox; a code of a feature, a schedule, a toggle or parking (ends as
`answered` there); a number outside. That is one with the outbound prefix, if there is one, or a `+`, that is a whole
number in the customer's country or abroad. Abroad, also within +1, is international. A class that the extension may
not call ends as `rejected`, before routes are looked at. Nobody outside ever comes to any of this.
"""

from call_flow.simulate.ask import read_question
from call_flow.simulate.people import Row, scenarios_for_people
from call_flow.simulate.simulator import Simulator
from call_flow.simulate.testplan import TestPlan, plan

__all__ = ["Row", "Simulator", "TestPlan", "plan", "read_question", "scenarios_for_people"]

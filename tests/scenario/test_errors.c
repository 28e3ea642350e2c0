/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every mistake in a scenario and its files: the exact messages and their places. */
#include "harness.h"

#include <stdlib.h>
#include <unistd.h>

#define HEAD "model: human\nduration: 365 day\n"

static const struct {
    const char *text, *messages;
} cases[] = {
    {"- a\n", "s.yaml:1:1: error: scenario: expected a mapping {key: value}, found a "
              "list [...]\n"},
    {"title: x\n",
     "s.yaml:1:1: error: missing key 'duration', as in duration: 3 year\n"
     "s.yaml:1:1: error: no arms: expected at least one, as in arms: {placebo: []}\n"},
    {HEAD "arms: {}\n",
     "s.yaml:3:7: error: no arms: expected at least one, as in arms: {placebo: []}\n"},
    {HEAD "arms: [a, b]\n",
     "s.yaml:3:7: error: arms: expected a mapping {key: value}, found a list [...]\n"},
    {HEAD "arms: {a: [], a: []}\n",
     "s.yaml:3:15: error: key 'a' appears twice (first at line 3)\n"},
    {HEAD "arms: {a: []}\n"
          "subjcet: adult\n",
     "s.yaml:4:1: error: unknown key 'subjcet' (did you mean 'subject'?)\n"},
    {HEAD "arms: {'a b': [], 'x,y': [], '': []}\n",
     "s.yaml:3:8: error: arm 'a b': expected a name of 1 to 64 characters without "
     "blanks, quotes and , : ; / \\\n"
     "s.yaml:3:19: error: arm 'x,y': expected a name of 1 to 64 characters without "
     "blanks, quotes and , : ; / \\\n"
     "s.yaml:3:30: error: arm '': expected a name of 1 to 64 characters without blanks, "
     "quotes and , : ; / \\\n"},
    {HEAD "arms: {a: , b: oral, c: {interventions: oral}, d: {intervention: [oral]}}\n",
     "s.yaml:3:11: error: arm 'a': expected a list of interventions ([] for none), or "
     "{subject: ..., interventions: [...]}\n"
     "s.yaml:3:16: error: arm 'b': expected a list of interventions ([] for none), or "
     "{subject: ..., interventions: [...]}\n"
     "s.yaml:3:41: error: interventions: expected a list [...], found a single value\n"
     "s.yaml:3:52: error: unknown key 'intervention' (did you mean 'interventions'?)\n"},
    {"model: human\n"
     "duration: 3\n"
     "arms: {a: []}\n",
     "s.yaml:2:11: error: duration: '3' has no unit: expected one such as 'day'\n"},
    {"model: human\n"
     "duration: -3 year\n"
     "arms: {a: []}\n",
     "s.yaml:2:11: error: duration: expected a time above 0, found '-3 year'\n"},
    {"model: human\n"
     "duration: nan day\n"
     "arms: {a: []}\n",
     "s.yaml:2:11: error: duration: 'nan day' is not a finite number\n"},
    {"model: human\n"
     "duration: 3 kg\n"
     "arms: {a: []}\n",
     "s.yaml:2:11: error: duration: '3 kg' is in 'kg', which cannot be converted to "
     "'day'\n"},
    {"model: human\n"
     "duration: [3 year]\n"
     "arms: {a: []}\n",
     "s.yaml:2:11: error: duration: expected a single value, found a list [...]\n"},
    {HEAD "every: 0 day\n"
          "arms: {a: []}\n",
     "s.yaml:3:8: error: every: expected a time above 0, found '0 day'\n"},
    {HEAD "every: 1 s\n"
          "arms: {a: []}\n",
     "s.yaml:3:8: error: every: more than 1000000 output times\n"},
    {HEAD "every: 1 month\n"
          "at: [1 day]\n"
          "arms: {a: []}\n",
     "s.yaml:4:1: error: both 'every' and 'at': expected one of them\n"},
    {HEAD "at: [2 day, 1 day]\n"
          "arms: {a: []}\n",
     "s.yaml:3:13: error: at: '1 day' is not after the time before it\n"},
    {HEAD "at: [-1 day]\n"
          "arms: {a: []}\n",
     "s.yaml:3:6: error: at: '-1 day' is before the start of the scenario\n"},
    {HEAD "at: [366 day]\n"
          "arms: {a: []}\n",
     "s.yaml:3:6: error: at: '366 day' is after the end of the scenario (365 day)\n"},
    {HEAD "at: []\n"
          "arms: {a: []}\n",
     "s.yaml:3:5: error: at: expected 1 to 1000000 times\n"},
    {HEAD "at: 1 day\n"
          "arms: {a: []}\n",
     "s.yaml:3:5: error: at: expected a list [...], found a single value\n"},
    {HEAD "outputs: [cca, cac, cac]\n"
          "arms: {a: []}\n",
     "s.yaml:3:11: error: unknown output 'cca' (did you mean 'cac'?)\n"
     "s.yaml:3:21: error: output 'cac' is listed twice\n"},
    {HEAD "outputs: []\n"
          "arms: {a: []}\n",
     "s.yaml:3:10: error: outputs: an empty list (leave the key out for all)\n"},
    {HEAD "outputs: cac\n"
          "arms: {a: []}\n",
     "s.yaml:3:10: error: outputs: expected a list [...], found a single value\n"},
    {HEAD "title: [x]\n"
          "arms: {a: []}\n",
     "s.yaml:3:8: error: title: expected a single value, found a list [...]\n"},
    {HEAD "subject: adlut\n"
          "arms: {a: []}\n",
     "s.yaml:3:10: error: no subject 'adlut' (did you mean 'adult'?)\n"},
    {HEAD "subject: ring_a\n"
          "arms: {a: []}\n",
     "subjects/ring_b.yaml:2:10: error: extends: subjects extend one another in a circle "
     "(subjects/ring_a.yaml)\n"},
    {HEAD "subject: {extends: ring_b}\n"
          "arms: {a: [], b: []}\n",
     "subjects/ring_a.yaml:2:10: error: extends: subjects extend one another in a circle "
     "(subjects/ring_b.yaml)\n"},
    {HEAD "subject: misspelt\n"
          "arms: {a: [], b: []}\n",
     "subjects/misspelt.yaml:2:1: error: unknown input 'egrf' (did you mean 'egfr'?)\n"},
    {HEAD "subject: [adult]\n"
          "arms: {a: []}\n",
     "s.yaml:3:10: error: subject: expected a single value, found a list [...]\n"},
    {HEAD "subject: {extends: [adult]}\n"
          "arms: {a: []}\n",
     "s.yaml:3:20: error: extends: expected a single value, found a list [...]\n"},
    {HEAD "subject: {egrf: 30 mL/min, sex: femal, egfr: 30 mg}\n"
          "arms: {a: []}\n",
     "s.yaml:3:11: error: unknown input 'egrf' (did you mean 'egfr'?)\n"
     "s.yaml:3:33: error: sex: unknown word 'femal' (did you mean 'female'?); expected "
     "one of: female, male\n"
     "s.yaml:3:46: error: egfr: '30 mg' is in 'mg', which cannot be converted to "
     "'mL/min'\n"},
    {HEAD "subject: {egfr: 30, total_cholesterol: 900 mg/dL}\n"
          "arms: {a: []}\n",
     "s.yaml:3:17: error: egfr: '30' has no unit: expected one such as 'mL/min'\n"
     "s.yaml:3:40: error: total_cholesterol: 900 mg/dL is above the upper bound 500 "
     "mg/dL of parameter 'tc_given' (fake.tsv:9)\n"},
    {HEAD "subject: {egfr: 300 mL/min}\n"
          "arms: {a: []}\n",
     "s.yaml:3:17: error: egfr: 300 mL/min is above the upper bound 200 mL/min of "
     "parameter 'gfr' (fake.tsv:11)\n"},
    {HEAD "subject: {gfr: 30 mL/min}\n"
          "arms: {a: []}\n",
     "s.yaml:3:11: error: 'gfr' is a parameter: write parameters: {gfr: ...}\n"},
    {HEAD "subject: {parameters: {itnake: 3 mmol/d, intake: -3 mmol/d, drip: [3]}}\n"
          "arms: {a: []}\n",
     "s.yaml:3:24: error: unknown parameter 'itnake' (did you mean 'intake'?)\n"
     "s.yaml:3:50: error: intake: -3 mmol/d is below the lower bound 0 mmol/d of "
     "parameter 'intake' (fake.tsv:2)\n"
     "s.yaml:3:67: error: drip: expected a single value, found a list [...]\n"},
    {HEAD "subject: {parameters: intake}\n"
          "arms: {a: []}\n",
     "s.yaml:3:23: error: parameters: expected a mapping {key: value}, found a single "
     "value\n"},
    {HEAD "subject: {age: 200 year}\n"
          "arms: {a: []}\n",
     "s.yaml:3:16: error: age: 200 year is above the upper bound 130 year of parameter "
     "'age0' (fake.tsv:5)\n"},
    {HEAD "subject: {age: 40, weight: 70 lb}\n"
          "arms: {a: []}\n",
     "s.yaml:3:16: error: age: '40' has no unit: expected one such as 'year'\n"
     "s.yaml:3:28: error: weight: unknown unit 'lb'\n"},
    {HEAD "subject: {age: 40 year, history: {from: 50 year}}\n"
          "arms: {a: []}\n",
     "s.yaml:3:41: error: history from: 50 year is after the age of 40 year at time 0\n"},
    {HEAD "subject: {history: {from: -5 year}}\n"
          "arms: {a: []}\n",
     "s.yaml:3:27: error: history from: '-5 year' is negative: expected an age\n"},
    {HEAD "subject: {history: {from: 20 year, settle: 3 day}}\n"
          "arms: {a: []}\n",
     "s.yaml:3:20: error: history: expected one of {from: AGE} and {settle: TIME}\n"},
    {HEAD "subject: {history: {form: 20 year}}\n"
          "arms: {a: []}\n",
     "s.yaml:3:21: error: unknown key 'form' (did you mean 'from'?)\n"},
    {HEAD "subject: {history: 20 year}\n"
          "arms: {a: []}\n",
     "s.yaml:3:20: error: history: expected a mapping {key: value}, found a single "
     "value\n"},
    {HEAD "subject: {history: {settle: -3 day}}\n"
          "arms: {a: []}\n",
     "s.yaml:3:29: error: history settle: '-3 day' is negative\n"},
    {HEAD "subject: {match: {cac: 150 Agatston}}\n"
          "arms: {a: []}\n",
     "s.yaml:3:18: error: match: expected {OUTPUT: VALUE, by: PARAMETER}\n"},
    {HEAD "subject: {match: {cca: 150, by: plague}}\n"
          "arms: {a: []}\n",
     "s.yaml:3:33: error: unknown parameter 'plague' (did you mean 'plaque'?)\n"
     "s.yaml:3:19: error: unknown output 'cca' (did you mean 'cac'?)\n"},
    {HEAD "subject: {match: {cac: 150 mg, by: plaque}}\n"
          "arms: {a: []}\n",
     "s.yaml:3:24: error: cac: '150 mg' is in 'mg', which cannot be converted to "
     "'Agatston'\n"},
    {"model: dish\n"
     "duration: 9 day\n"
     "subject: {age: 40 year}\n"
     "arms: {a: []}\n",
     "s.yaml:3:11: error: age: model 'dish' knows no age (it has no parameter 'age0')\n"},
    {"model: dish\n"
     "duration: 9 day\n"
     "subject: {history: {from: 20 year}}\n"
     "arms: {a: []}\n",
     "s.yaml:3:27: error: history from: is an age, and model 'dish' knows none (it has "
     "no parameter 'age0')\n"},
    {HEAD "arms:\n"
          "  a: [orla]\n",
     "s.yaml:4:7: error: no intervention 'orla' (did you mean 'oral'?)\n"},
    {HEAD "arms:\n"
          "  a: [oral: {dose: 1 ug}, [oral], {oral: {}, blocker: {}}]\n",
     "s.yaml:4:27: error: expected NAME, {NAME: {dose: ..., from: ...}}, {at: TIME, set: "
     "{...}} or {table: FILE}\n"
     "s.yaml:4:35: error: expected NAME, {NAME: {dose: ..., from: ...}}, {at: TIME, set: "
     "{...}} or {table: FILE}\n"},
    {HEAD "arms:\n"
          "  a: [{oral: }]\n",
     "s.yaml:4:14: error: oral: expected a mapping {key: value}, found nothing\n"},
    {HEAD "arms:\n"
          "  a: [{oral: 360 ug}]\n",
     "s.yaml:4:14: error: oral: expected a mapping {key: value}, found a single value\n"},
    {HEAD "arms:\n"
          "  a: [{oral: {dosis: 360 ug}}]\n",
     "s.yaml:4:15: error: unknown key 'dosis'\n"},
    {HEAD "arms:\n"
          "  a: [{oral: {dose: -1 ug}}]\n",
     "s.yaml:4:21: error: dose: '-1 ug' is negative\n"},
    {HEAD "arms:\n"
          "  a: [{oral: {dose: 360}}]\n",
     "s.yaml:4:21: error: dose: '360' has no unit: expected one such as 'ug'\n"},
    {HEAD "arms:\n"
          "  a: [{oral: {dose: 3 mmol}}]\n",
     "s.yaml:4:21: error: dose: '3 mmol' is in 'mmol', which cannot be converted to "
     "'ug'\n"},
    {HEAD "arms:\n"
          "  a: [{diet: {dose: 3 mmol}}]\n",
     "s.yaml:4:15: error: intervention 'diet' has no dose\n"},
    {HEAD
     "arms:\n"
     "  a: [{oral: {every: 0 day}}, {oral: {every: -1 day}}, {oral: {every: 1 mg}}]\n",
     "s.yaml:4:22: error: every: expected a time above 0, found '0 day'\n"
     "s.yaml:4:46: error: every: expected a time above 0, found '-1 day'\n"
     "s.yaml:4:71: error: every: '1 mg' is in 'mg', which cannot be converted to "
     "'day'\n"},
    {HEAD "arms:\n"
          "  a: [{oral: {on: 1 day}}, {oral: {off: 1 day, on: 0 day}}]\n",
     "s.yaml:4:15: error: 'on' and 'off' go together\n"
     "s.yaml:4:52: error: on: expected a time above 0, found '0 day'\n"},
    {HEAD "arms:\n"
          "  a: [{oral: {from: 2 day, until: 2 day}}, {oral: {until: 0 day}}]\n",
     "s.yaml:4:35: error: until: 2 day is not after from: 2 day\n"
     "s.yaml:4:59: error: until: 0 day is not after from: 0 day\n"},
    {HEAD "arms:\n"
          "  a: [{oral: {from: -2 day}}]\n",
     "s.yaml:4:21: error: from: '-2 day' is before the start of the scenario\n"},
    {HEAD "arms:\n"
          "  a: [{oral: {at: [2 day, 1 day]}}, {oral: {at: []}}, {oral: {at: 1 day, "
          "every: 1 day}}]\n",
     "s.yaml:4:27: error: at: '1 day' is not after the time before it\n"
     "s.yaml:4:49: error: at: no times in the list\n"
     "s.yaml:4:63: error: both 'at' and 'every': single doses have no rhythm\n"},
    {HEAD "arms:\n"
          "  a: [{blocker: {at: 1 day}}]\n",
     "s.yaml:4:8: error: 'blocker' holds parameter 'blocked' while it is active: give it "
     "'from' and 'until', not single doses\n"},
    {HEAD "arms:\n"
          "  a: [{oral: {every: 1 ms}}]\n",
     "s.yaml:4:8: error: 'oral' brings the scenario to more than 2000000 events: "
     "lengthen 'every' or shorten the treatment\n"},
    {HEAD "arms:\n"
          "  a: [{supplement: {dose: 80 mmol}}]\n",
     "s.yaml:4:8: error: supplement: 110 mmol/d is above the upper bound 100 mmol/d of "
     "parameter 'intake' (fake.tsv:2)\n"},
    {HEAD "arms:\n"
          "  a: [supplement, {supplement: {dose: 61 mmol, from: 3 day}}]\n",
     "s.yaml:4:20: error: supplement: 101 mmol/d is above the upper bound 100 mmol/d of "
     "parameter 'intake' (fake.tsv:2)\n"},
    {HEAD "arms:\n"
          "  a: [wrong_unit]\n"
          "  b: [wrong_unit]\n",
     "interventions/wrong_unit.yaml:5:23: error: add: 'dose * 1.5 nmol' comes out in "
     "'1e-18 kg mol', which cannot be converted to 'nmol'\n"
     "interventions/wrong_unit.yaml:6:17: error: unknown parameter 'intakes' (did you "
     "mean 'intake'?)\n"
     "interventions/wrong_unit.yaml:7:34: error: combine: unknown rule 'plus'; expected "
     "add, multiply, survive or set\n"},
    {HEAD "arms:\n"
          "  a: [faulty]\n",
     "interventions/faulty.yaml:6:1: error: unknown key 'target' (did you mean "
     "'targets'?)\n"
     "interventions/faulty.yaml:3:7: error: dose: '-1 mg' is negative\n"
     "interventions/faulty.yaml:4:8: error: every: expected a time above 0, found '0 "
     "day'\n"
     "interventions/faulty.yaml:5:1: error: 'on' and 'off' go together\n"},
    {HEAD "arms:\n"
          "  a: [faulty2]\n",
     "interventions/faulty2.yaml:5:5: error: target: expected one of 'state' and "
     "'parameter'\n"
     "interventions/faulty2.yaml:6:5: error: target: missing key 'add': what a dose adds "
     "to the state\n"
     "interventions/faulty2.yaml:7:43: error: unknown key 'combine'\n"
     "interventions/faulty2.yaml:8:5: error: target: missing key 'combine': add, "
     "multiply, survive or set\n"
     "interventions/faulty2.yaml:9:5: error: target: expected either 'value' or both "
     "'emax' and 'ed50'\n"
     "interventions/faulty2.yaml:10:61: error: ed50: '3 mmol' is in 'mmol', which cannot "
     "be converted to 'mg'\n"
     "interventions/faulty2.yaml:11:61: error: ed50: expected a dose above 0, found '0 "
     "mg'\n"
     "interventions/faulty2.yaml:12:51: error: value: unknown unit '1/mg + 1'\n"
     "interventions/faulty2.yaml:13:5: error: target: expected a mapping {key: value}, "
     "found a single value\n"},
    {HEAD "arms:\n"
          "  a: [too_much]\n",
     "s.yaml:4:7: error: combine survive: parameter 'blocked' would be inhibited by 2: "
     "expected a fraction from 0 to 1\n"},
    {"model: dish\n"
     "duration: 9 day\n"
     "arms: {a: [weighed, injection]}\n",
     "s.yaml:3:12: error: 'weighed' is dosed by body weight: give the subject a weight, "
     "as in weight: 70 kg\n"
     "s.yaml:3:21: error: 'injection' is dosed by body weight: give the subject a "
     "weight, as in weight: 70 kg\n"},
    {HEAD "arms:\n"
          "  a: {subject: renal, interventions: [{at: 1 day, set: {plaque: 2}}]}\n",
     "s.yaml:4:65: error: 'plaque' changes parameter 'plaque', which the subject's match "
     "finds\n"},
    {HEAD "arms:\n"
          "  a: [{at: 1 day}, {set: {intake: 3 mmol/d}}]\n",
     "s.yaml:4:7: error: a switch needs both: {at: TIME, set: {NAME: VALUE}}\n"
     "s.yaml:4:20: error: a switch needs both: {at: TIME, set: {NAME: VALUE}}\n"},
    {HEAD "arms:\n"
          "  a: [{at: 1 day, set: {}}, {at: 1 day, set: intake}, {at: -1 day, set: {Gut: "
          "1 nmol}}]\n",
     "s.yaml:4:24: error: set: sets nothing\n"
     "s.yaml:4:46: error: set: expected a mapping {key: value}, found a single value\n"
     "s.yaml:4:60: error: at: '-1 day' is before the start of the scenario\n"},
    {HEAD "arms:\n"
          "  a: [{at: 1 day, set: {Gtu: 1 nmol, Gut: -1 nmol, intake: 1000 mmol/d, age: "
          "30 year}}]\n",
     "s.yaml:4:25: error: unknown input, parameter or state 'Gtu' (did you mean 'Gut'?)\n"
     "s.yaml:4:43: error: Gut: a state cannot be set below 0, found '-1 nmol'\n"
     "s.yaml:4:60: error: intake: 1000 mmol/d is above the upper bound 100 mmol/d of "
     "parameter 'intake' (fake.tsv:2)\n"},
    {HEAD "arms:\n"
          "  a: [{at: 1 day, set: {intake: 3 mmol/d}, until: 3 day}]\n",
     "s.yaml:4:44: error: unknown key 'until'\n"},
    {HEAD "arms:\n"
          "  a: [{table: bad_doses.csv}]\n",
     "bad_doses.csv:3:3: error: EVID: expected 0, 1 or 2, found 4 (resets are not "
     "supported)\n"
     "bad_doses.csv:4:1: error: TIME: -1 is negative\n"
     "bad_doses.csv:5:5: error: AMT: expected a finite number, found 'x'\n"
     "bad_doses.csv:7:1: error: TIME: a dose needs one, found none\n"
     "bad_doses.csv:8:5: error: AMT: a dose needs one, found none\n"},
    {HEAD "arms:\n"
          "  a: [{table: none.csv}, {table: doses.csv, tmie: h}, {table: doses.csv, "
          "time: kg}]\n",
     "s.yaml:4:15: error: no file 'none.csv'\n"
     "s.yaml:4:45: error: unknown key 'tmie' (did you mean 'time'?)\n"
     "s.yaml:4:80: error: time: 'kg' is not a unit of time: expected day, h, …\n"},
    {HEAD "arms:\n"
          "  a: [{table: interventions}, {table: header.csv}, {table: empty.csv}]\n",
     "s.yaml:4:15: error: no file 'interventions': looked for interventions.csv in "
     "./params and the installed data\n"
     "header.csv:1:10: error: unknown column 'CMTS' (did you mean 'CMT'?)\n"
     "header.csv:1:15: error: column TIME appears twice\n"
     "empty.csv: error: no doses: expected a header line and rows with EVID 1\n"},
    {HEAD "arms:\n"
          "  a: [{table: limits.csv}]\n",
     "limits.csv:2:15: error: ADDL: additional doses need an interval II above 0\n"
     "limits.csv:3:15: error: ADDL: expected a whole number, found '1.5'\n"
     "limits.csv:4:17: error: SS: steady-state dosing is not supported: list the doses\n"
     "limits.csv:5:1: error: ID: expected one person a table, found '2' after '1'\n"
     "limits.csv:6:1: error: expected 8 cells as in the header, found 4\n"
     "limits.csv:7:3: error: TIME: expected a finite number, found 'inf'\n"
     "limits.csv:7:7: error: AMT: expected a finite number, found '1e999'\n"
     "limits.csv:7:17: error: RATE: -1 is negative\n"},
    {HEAD "arms:\n"
          "  a: [{table: misuse.csv}]\n",
     "misuse.csv:2:5: error: CMT: expected the name of a state, a parameter or an "
     "intervention, found a number\n"
     "misuse.csv:3:9: error: RATE: state 'Gut' takes single doses only: name a parameter "
     "that holds a rate, or use RATE 0\n"
     "misuse.csv:4:12: error: parameter 'intake' takes infusions only: give RATE\n"
     "misuse.csv:5:5: error: parameter 'plaque' is in '1', not an amount per time: it "
     "cannot hold an infusion\n"
     "misuse.csv:6:10: error: an infusion (RATE) into 'oral' would go to state 'Gut', "
     "which takes single doses only: use RATE 0, or a parameter that holds a rate\n"
     "misuse.csv:7:11: error: an infusion (RATE) of 'clamp' needs an effect on 'intake' "
     "by dose over time, such as \"dose / every\"\n"
     "misuse.csv:8:1: error: 'clamp' acts on parameters while it is given: a row needs "
     "RATE, or II and ADDL\n"
     "misuse.csv:9:5: error: CMT: intervention 'diet' has no dose\n"
     "misuse.csv:10:5: error: CMT: missing: expected a state, a parameter or an "
     "intervention, here or as 'cmt' of the entry\n"
     "misuse.csv:11:1: error: 'table' brings the scenario to more than 2000000 events: "
     "lengthen 'every' or shorten the treatment\n"
     "misuse.csv:12:5: error: unknown state, parameter or intervention 'Gtu' (did you "
     "mean 'Gut'?)\n"},
    {HEAD "arms:\n"
          "  a: [{at: 1 day, set: {age: 30 year}}]\n",
     "s.yaml:4:30: error: set: 'age' belongs to the subject and cannot be switched\n"},
    {"model: dish\n"
     "duration: 9 day\n"
     "arms: {a: [{at: 1 day, set: {weight: 3 kg}}]}\n",
     "s.yaml:3:38: error: set: 'weight' belongs to the subject and cannot be switched\n"},
    {HEAD "subject: {extends: ill, age: 50 year, illness_onset: 56 year}\n"
          "arms: {a: []}\n",
     "s.yaml:3:54: error: subject 'ill' does not hold at its age of 50 year: "
     "illness_onset is 56 year (illness -9 year). State illness of 0 or more, or an "
     "earlier illness_onset; a person of whom this holds later extends 'healthy' and "
     "states it there\n"},
    {HEAD "subject: {extends: ill_at_45, age: 47 year}\n"
          "arms: {a: []}\n",
     "s.yaml:3:36: error: subject 'ill_at_45' does not hold at its age of 47 year: "
     "illness_onset is 45 year (illness -1 year). State illness of 0 or more, or an "
     "earlier illness_onset; a person of whom this holds later extends 'healthy' and "
     "states it there\n"},
    {HEAD "subject: {extends: ill, age: 6 year}\n"
          "arms: {a: []}\n",
     "subjects/ill.yaml:4:10: error: illness: -1 year is below the lower bound 0 year of "
     "parameter 'onset' (fake.tsv:12)\n"},
    {HEAD "subject: {extends: ill, illness: -1 year}\n"
          "arms: {a: []}\n",
     "s.yaml:3:34: error: illness: expected 0 or more, found '-1 year'\n"},
    {HEAD "arms: {a: [{at: 1 day, set: {illness: 1 year}}]}\n",
     "s.yaml:3:39: error: set: 'illness' belongs to the subject and cannot be "
     "switched\n"},
    {HEAD "arms:\n"
          "  a: {subject: {extends: adult, egrf: 3}}\n"
          "  b: {subject: {extends: misspelt}}\n"
          "  c: {subject: misspelt}\n",
     "s.yaml:4:33: error: unknown input 'egrf' (did you mean 'egfr'?)\n"
     "subjects/misspelt.yaml:2:1: error: unknown input 'egrf' (did you mean 'egfr'?)\n"},
};

static void test_messages(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct loaded l = load_text(cases[i].text, NULL);
        char *said = messages(&l);
        assert_string_equal(said, cases[i].messages);
        assert_int_equal(l.status, OSW_ERR_INPUT);
        assert_null(l.plan);
        free(said);
        unload(&l);
    }
}

static void check_setting(const char *name, const char *value, enum osw_status status,
                          const char *message)
{
    const struct osw_setting setting = {name, value};
    const struct osw_plan_options options = {.settings = &setting, .n_settings = 1};
    struct loaded l = load_text(HEAD "subject: renal\narms: {a: [], b: []}\n", &options);
    char *said = messages(&l);
    assert_string_equal(said, message);
    assert_int_equal(l.status, status);
    free(said);
    unload(&l);
}

static void test_settings(void **state)
{
    (void)state;
    check_setting("egrf", "30 mL/min", OSW_ERR_NOINPUT,
                  "--set egrf=30 mL/min: error: unknown input or parameter 'egrf' (did "
                  "you mean 'egfr'?)\n");
    check_setting("Gut", "3 nmol", OSW_ERR_NOINPUT,
                  "--set Gut=3 nmol: error: unknown input or parameter 'Gut'\n");
    check_setting("egfr", "30", OSW_ERR_USAGE,
                  "--set egfr=30: error: egfr: '30' has no unit: expected one such as "
                  "'mL/min'\n");
    check_setting("egfr", "nan mL/min", OSW_ERR_USAGE,
                  "--set egfr=nan mL/min: error: egfr: 'nan mL/min' is not a finite "
                  "number\n");
    check_setting("intake", "101 mmol/d", OSW_ERR_USAGE,
                  "--set intake=101 mmol/d: error: intake: 101 mmol/d is above the upper "
                  "bound 100 mmol/d of parameter 'intake' (fake.tsv:2)\n");
    check_setting(
        "plaque", "3", OSW_ERR_USAGE,
        "--set plaque=3: error: parameter 'plaque' is found by match and cannot "
        "be set\n");
}

static void test_unknown_arm(void **state)
{
    (void)state;
    const char *const arms[] = {"placebo", "durg"};
    const struct osw_plan_options options = {.arms = arms, .n_arms = 2};
    struct loaded l = load_text(HEAD "arms: {placebo: [], drug: [oral]}\n", &options);
    char *said = messages(&l);
    assert_string_equal(said, "error: unknown arm 'durg' (did you mean 'drug'?)\n");
    assert_int_equal(l.status, OSW_ERR_NOINPUT);
    free(said);
    unload(&l);
}

/* Through the front door: names, folders, models. */
static void check_load(const char *name, const char *text, enum osw_status status,
                       const char *message)
{
    char path[] = "/tmp/osw_scenario_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    struct loaded l = {.diag = osw_diag_create()};
    l.status = osw_plan_load(name ? name : path, NULL, l.diag, &l.plan);
    assert_int_equal(l.status, status);
    if (message)
        assert_string_equal(osw_diag_text(l.diag, 0), message);
    unlink(path);
    unload(&l);
}

static void test_load(void **state)
{
    (void)state;
    const char *good = HEAD "arms: {a: []}\n";
    check_load(NULL, good, OSW_OK, NULL);
    check_load("", good, OSW_ERR_USAGE, "the scenario has no name");
    check_load("/tmp/", good, OSW_ERR_INPUT,
               "'/tmp/' is a directory: expected a scenario file");
    check_load("/tmp/osw/none.yaml", good, OSW_ERR_NOINPUT,
               "no file '/tmp/osw/none.yaml'");
    check_load(NULL, "duration: 1 day\n", OSW_ERR_INPUT,
               "missing key 'model', as in model: human");
    check_load(NULL, "model: humna\n", OSW_ERR_INPUT,
               "unknown model 'humna' (did you mean 'human'?)");
    check_load(NULL, "model: [human]\n", OSW_ERR_INPUT, "model: expected a single value");
    check_load(NULL, "model: none.ant\n", OSW_ERR_INPUT, "no file 'none.ant'");
    check_load(NULL, "- 1\n", OSW_ERR_INPUT, "scenario: expected a mapping {key: value}");
    check_load(NULL, "", OSW_ERR_INPUT, "empty file: expected a YAML mapping");
    check_load(NULL, "a: {", OSW_ERR_INPUT, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_unknown_arm),
        cmocka_unit_test(test_load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

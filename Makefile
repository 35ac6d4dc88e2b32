# Makefile: every target only calls the set-up, Meson, Ninja or a program. `make` alone lists them.
#
#   SOLUTION=1   the reference instead of your file        QUICK=1     small sizes
#   SANITIZE=1   a build with address and undefined-behaviour sanitizers
#   TEXT=1       charts as text in the terminal, too
#   CPU=NAME     build for another CPU, as the compiler names it (x86-64-v3, znver4, ...)
#   CC=clang     another compiler; what is graded is built by gcc all the same

MODULES := $(notdir $(wildcard modules/[0-9]*))
NUMBERS := $(foreach m,$(MODULES),$(firstword $(subst _, ,$(m))))
COMPILER := $(filter-out cc gcc,$(notdir $(lastword $(CC))))
BUILD   := build$(addprefix -,$(COMPILER))$(addprefix -,$(CPU))$(if $(SANITIZE),-sanitize)
SIDE    := $(if $(SOLUTION),solution,mine)
DEBUGGER ?= gdb -q --args
OPTIONS := $(if $(QUICK),--quick) --folder $(BUILD)

folder   = modules/$(filter $(1)_%,$(MODULES))
topic    = $(patsubst $(1)_%,%,$(filter $(1)_%,$(MODULES)))
mine     = $(call folder,$(1))/$(call topic,$(1)).c
result   = $(BUILD)/results/$(notdir $(call folder,$(1))).$(2).json
quietly  = sh tools/build.sh $(BUILD) $(1)
here     = '$(subst ','\'',$(CURDIR))'
compile  = $(call quietly,$(addprefix modules/,$(1)) $(if $(filter lesson-% bench-%,$(1)),$(beside_$(word 2,$(subst -, ,$(1))))))
beside_19 = course/experiment # what a module's lesson and benchmark run beside
beside_20 = course/events/events

# A hand-out has no references and nothing that needs them: whoever asks for it is told so.
asked = $(if $(SOLUTION),SOLUTION=1) $(if $(ANSWERS),ANSWERS=1) $(filter record record-% anchors soak new-module leaderboard,$(MAKECMDGOALS))
ifeq ($(wildcard modules/*/solution.c),)
ifneq ($(strip $(asked)),)
$(error This is a hand-out: it has no references and no answers, so there is no $(strip $(asked)) here. `make` lists what there is)
endif
endif

.PHONY: help status portfolio leaderboard who combinations export-c events tune enumerate own course submit bench-course plot-course claims-course record-course regress-course bench-whole claims-whole regress-whole grade new-module soak class anchors aarch64 html ipynb axe test format setup packages drawing wanted ready data sample claims plot record regress clean $(NUMBERS) \
        $(foreach t,grade debug hint watch reset html ipynb bench plot claims record regress train,$(addprefix $(t)-,$(NUMBERS))) train-mlp train-cnn train-gpt
.DELETE_ON_ERROR:

help:
	@sh tools/state.sh $(BUILD) $(MODULES)

# --- Set-up: packages, the student's copies, a configured build ---

# What a target needs beside a compiler and the libraries it asks for itself. What is wanted can be done without.
setup:
	@sh tools/setup.sh draw data $(if $(wildcard grader/instructor),instructor)

packages:
	@sh tools/setup.sh

drawing: packages
	@sh tools/setup.sh draw

wanted: packages
	@sh tools/setup.sh -- draw data

COPIES := $(foreach n,$(NUMBERS),$(call mine,$(n)))
$(COPIES):
	@sh tools/stub.sh $(@D)/stub.c $@
	@touch modules/meson.build # a build folder may be older than the module

$(BUILD)/build.ninja: | packages $(COPIES)
	@meson setup $(BUILD) $(if $(CPU),-Dcpu=$(CPU)) $(if $(SANITIZE),-Db_sanitize=address$(,)undefined -Db_lundef=false) >$(BUILD).log 2>&1 \
	    || { cat $(BUILD).log; exit 1; }
	@mv $(BUILD).log $(BUILD)/setup.log

, := ,
ready: packages $(COPIES) $(BUILD)/build.ninja
	@mkdir -p progress 2>/dev/null || true # a grading without it says that its result is not kept

# --- What a student does, module by module ---

$(NUMBERS): %: ready wanted
	@$(call compile,lesson-$*-$(SIDE))
	@$(BUILD)/modules/lesson-$*-$(SIDE) $(OPTIONS) $(LESSON)

# The result of a whole grading of your file is kept in progress/, where status, hint and watch read it.
progress = progress/$(notdir $(call folder,$(1)))
hints    = --json $(call progress,$(1)).json --hints $(call folder,$(1))/hints.md --hint-state $(call progress,$(1)).hints

$(addprefix grade-,$(NUMBERS)): grade-%: ready
	@$(call compile,grade-$* kit-$*.stamp)
	@$(BUILD)/modules/grade-$* --submission $(if $(SOLUTION),$(call folder,$*)/solution.c,$(call mine,$*)) \
	    $(if $(SOLUTION)$(GRADE)$(SANITIZE),,--json $(call progress,$*).json) $(GRADE); \
	case $$? in 0|1|3) ;; *) exit 1 ;; esac # missing points, and a result that could not be kept, are no errors of make's

$(addprefix debug-,$(NUMBERS)): debug-%: ready
	@$(call compile,debug-$*-$(SIDE))
	@$(DEBUGGER) $(BUILD)/modules/debug-$*-$(SIDE) --in-process $(GRADE)

$(addprefix hint-,$(NUMBERS)): hint-%: ready
	@$(call quietly,grader/student/workbook)
	@$(BUILD)/grader/student/workbook hint --file $(call mine,$*) $(call hints,$*) $(if $(HINT),--for '$(HINT)')

$(addprefix watch-,$(NUMBERS)): watch-%: ready
	@$(call quietly,grader/student/workbook modules/grade-$* modules/kit-$*.stamp)
	@$(BUILD)/grader/student/workbook watch --file $(call mine,$*) --grade $(BUILD)/modules/grade-$* $(call hints,$*) \
	    --plot '$(MAKE) --no-print-directory plot-$* QUICK=1 TEXT=1' --after 'nice $(MAKE) --no-print-directory html-$* QUICK=1 LESSON=--reload' \
	    --page $(call page,$*)

$(addprefix reset-,$(NUMBERS)): reset-%:
	@sh tools/stub.sh $(call folder,$*)/stub.c $(call mine,$*)

# The lesson as a page and as a notebook. ANSWERS=1 is the instructor's edition of the page.
page     = $(BUILD)/html/$(notdir $(call folder,$(1))).html
answers  = $(if $(ANSWERS),--answers solutions/$(notdir $(call folder,$(1)))/answers.md)

$(addprefix html-,$(NUMBERS)): html-%: ready wanted
	@$(call compile,lesson-$*-$(SIDE))
	@$(BUILD)/modules/lesson-$*-$(SIDE) $(OPTIONS) --quiet --html $(call page,$*) $(call answers,$*) $(LESSON)
	@$(BUILD)/modules/lesson-$*-$(SIDE) --index --folder $(BUILD)

$(addprefix ipynb-,$(NUMBERS)): ipynb-%: ready wanted
	@$(call compile,lesson-$*-$(SIDE))
	@$(BUILD)/modules/lesson-$*-$(SIDE) $(OPTIONS) --quiet --ipynb $(BUILD)/ipynb/$(notdir $(call folder,$*)).ipynb $(LESSON)

$(addprefix bench-,$(NUMBERS)): bench-%: ready wanted
	@$(call compile,bench-$*-$(SIDE))
	@$(BUILD)/modules/bench-$*-$(SIDE) measure $(OPTIONS)

# Whose code is measured: the reference's if it is there, and yours if it differs from the stub. In a fresh
# handout, where neither holds, your side is measured for the code that is given. A program measures only
# what is missing or was measured by another one, and draws the charts of each suite when it is done.
sides = $(or $(strip $(if $(wildcard $(call folder,$(1))/solution.c),solution) \
             $(shell cmp -s $(call folder,$(1))/stub.c $(call mine,$(1)) || echo mine)),mine)
bench = $(call compile,bench-$(1)-$(2)) && $(BUILD)/modules/bench-$(1)-$(2)

$(addprefix plot-,$(NUMBERS)): plot-%: ready drawing wanted
	@$(foreach s,$(filter-out $(lastword $(call sides,$*)),$(call sides,$*)),$(call bench,$*,$(s)) update $(OPTIONS) &&) \
	    $(call bench,$*,$(lastword $(call sides,$*))) plot $(OPTIONS) $(if $(TEXT),--text)

# The reference's paces and speed points are claims: it is graded if its last grading is missing or too old.
reference = $(BUILD)/results/$(notdir $(call folder,$(1))).solution.grade.json
graded    = $(call compile,grade-$(1) kit-$(1).stamp) && mkdir -p $(BUILD)/results && \
            { [ $(call reference,$(1)) -nt $(BUILD)/modules/kit-$(1).stamp ] && [ $(call reference,$(1)) -nt $(call folder,$(1))/solution.c ] || \
              { echo "Grading the reference of module $(1) ..." && \
                { $(BUILD)/modules/grade-$(1) --submission $(call folder,$(1))/solution.c --json $(call reference,$(1)) \
                    >$(BUILD)/results/grade-$(1).log 2>&1 || [ $$? = 1 ] || { cat $(BUILD)/results/grade-$(1).log; exit 1; }; }; }; }

$(addprefix claims-,$(NUMBERS)): claims-%: ready wanted
	@$(if $(SOLUTION),$(call graded,$*) &&) $(call bench,$*,$(SIDE)) claims $(OPTIONS)

# What became slower since the results before these.
$(addprefix regress-,$(NUMBERS)): regress-%: ready wanted
	@$(call bench,$*,$(SIDE)) regress $(OPTIONS)

# Write the reference's numbers and charts into the README files, from results of full length. There is
# no other way for a measured number into a page.
$(addprefix record-,$(NUMBERS)): record-%: ready drawing wanted
	@mkdir -p docs/charts/$(notdir $(call folder,$*)); $(call graded,$*) && $(call bench,$*,solution) record $(OPTIONS)

# --- Data and the models that every module takes ---

# Fetch what a package can bring, then read every set to the end: sizes, checksums, labels.
data: ready
	@sh tools/setup.sh data
	@$(call quietly,common/tests/test_idx common/tests/test_text datasets/sample)
	@cd $(BUILD) && common/tests/test_idx && common/tests/test_text

# Train a model again, into build/weights beside the one that ships. TRAIN="--resume" continues a broken run.
$(addprefix train-,mlp cnn gpt): train-%: ready
	@sh tools/setup.sh data
	@$(call quietly,datasets/train/train)
	@mkdir -p $(BUILD)/weights
	@$(BUILD)/datasets/train/train $* --out $(BUILD)/weights/$*.safetensors --workers 2 $(TRAIN)

# What a module ships beside them, made again: make train-17 TRAIN="cnn-90 --resume", or TRAIN=all.
$(addprefix train-,$(NUMBERS)): train-%: ready
	@[ -f $(call folder,$*)/given/make.c ] || { echo "Module $* ships nothing that is trained."; exit 1; }
	@$(call compile,train-$*-$(SIDE))
	@$(BUILD)/modules/train-$*-$(SIDE) $(or $(TRAIN),--help) --out $(BUILD)/weights

sample: ready
	@$(call quietly,datasets/sample)
	@$(BUILD)/datasets/sample --weights datasets/weights/gpt.safetensors $(SAMPLE)

# --- All modules ---

grade: $(addprefix grade-,$(NUMBERS))

status: ready
	@$(call quietly,grader/student/workbook)
	@$(BUILD)/grader/student/workbook status $(MODULES)

# Your own pages, from results alone. In portfolio/*.md you write about them.
WRITE_UPS := $(patsubst grader/student/portfolio/templates/%,portfolio/%,$(wildcard grader/student/portfolio/templates/*.md))
$(WRITE_UPS): portfolio/%:
	@mkdir -p portfolio && sh tools/stub.sh grader/student/portfolio/templates/$* $@

portfolio: ready $(WRITE_UPS)
	@$(call quietly,grader/student/workbook)
	@$(BUILD)/grader/student/workbook portfolio --build $(BUILD) --side $(SIDE) --name '$(subst ','\'',$(NAME))' $(MODULES)

html: $(addprefix html-,$(NUMBERS))

ipynb: $(addprefix ipynb-,$(NUMBERS))

# Test the pages that are there by axe-core in a browser.
axe:
	@sh tools/axe.sh $(wildcard $(BUILD)/html/*.html $(BUILD)/portfolio/*.html $(BUILD)/leaderboard/*.html)

plot: $(addprefix plot-,$(NUMBERS)) plot-course
	@printf 'Pictures of all modules: %s/$(BUILD)/charts/\n' $(here)

claims: $(addprefix claims-,$(NUMBERS)) claims-course

record: $(addprefix record-,$(NUMBERS)) record-course

# --- Modules 15 to 18 together: course/ ---

who: ready
	@$(call quietly,course/course)
	@$(BUILD)/course/course who $(COURSE)

combinations: ready wanted
	@$(call quietly,course/course course/bench-course)
	@$(BUILD)/course/course table $(if $(QUICK),--quick) $(COURSE)
	@$(BUILD)/course/bench-course claims $(OPTIONS)

# The CNN as one C file that needs nothing: EXPORT=int8, half (half of the filters, floats) or half-int8.
EXPORT ?= int8
export-c: ready wanted
	@$(call quietly,course/export/export)
	@sh course/export/export.sh $(BUILD) '$(EXPORT)'

# All modules together: what each brings alone and one after the other, in one table, with charts.
course: ready drawing wanted
	@$(call quietly,course/whole/whole)
	@$(BUILD)/course/whole/whole plot $(OPTIONS) $(if $(TEXT),--text)
	@$(BUILD)/course/whole/whole table --results $(BUILD)/results/whole.both.json

# A model of your own through the modules: make own MODEL=FILE, a .safetensors file; OWN="--pools 110" and what else it takes.
own: ready wanted
	@$(call quietly,course/own/own-$(SIDE))
	@$(BUILD)/course/own/own-$(SIDE) $(if $(MODEL),'$(subst ','\'',$(MODEL))') $(OWN)

# The package of an entry for the Olympics: make submit EVENT=cnn TEAM=ada
submit: ready
	@$(call quietly,course/submit/submit)
	@sh course/submit/submit.sh $(BUILD)/course/submit/submit '$(subst ','\'',$(EVENT))' '$(subst ','\'',$(TEAM))'

# The events of module 20: your configuration (progress/entry-EVENT.conf) beside the baseline; an event alone: EVENT=mlp.
events: ready wanted
	@$(call quietly,course/events/events)
	@for e in $(or $(EVENT),mlp cnn gpt); do c=progress/entry-$$e.conf; [ -f $$c ] || { c=; echo "No $$c yet: the baseline beside itself."; }; \
	    $(BUILD)/course/events/events measure --event $$e $${c:+--config $$c} $(if $(QUICK),--quick) $(EVENTS) || exit 1; echo; done

# Look for a good configuration: METHOD=process, random, early or all; PROFILE=phone, server or edge; of the MLP Sprint TUNE="--recorded
# modules/20_benchmarking/given/space-mlp.json" asks the record of the whole space, which `make enumerate` measures on your machine.
tune: ready wanted
	@$(call quietly,course/events/events)
	@$(BUILD)/course/events/events search --event $(or $(EVENT),mlp) --method $(or $(METHOD),process) --profile $(or $(PROFILE),phone) $(TUNE)

enumerate: ready wanted
	@$(call quietly,course/events/events)
	@$(BUILD)/course/events/events enumerate --event $(or $(EVENT),mlp) --out $(BUILD)/space-$(or $(EVENT),mlp).json $(EVENTS)

# What joins modules has two benchmarks: the transformer's combinations and the observer, and the whole course.
joined  = $(call quietly,course/bench-course course/whole/whole) && for b in bench-course whole/whole; do $(BUILD)/course/$$b $(1) $(OPTIONS) || exit 1; done

bench-course: ready wanted
	@$(call joined,measure)

plot-course: ready drawing wanted
	@$(call quietly,course/bench-course)
	@$(BUILD)/course/bench-course plot $(OPTIONS) $(if $(TEXT),--text)

record-course: ready drawing wanted
	@mkdir -p docs/charts/course docs/charts/whole
	@$(call joined,record)

claims-course: ready wanted
	@$(call joined,claims)

regress-course: ready wanted
	@$(call joined,regress)

# The second of them by itself.
$(addsuffix -whole,bench claims regress): %-whole: ready wanted
	@$(call quietly,course/whole/whole)
	@$(BUILD)/course/whole/whole $(patsubst bench,measure,$*) $(OPTIONS)

regress: $(addprefix regress-,$(NUMBERS)) regress-course

# Another architecture, in an emulator: whether the tests pass, not how fast they are.
ARM ?= armv8-a armv8.2-a+dotprod+i8mm

aarch64: packages
	@sh tools/aarch64.sh $(ARM)

# Where the grader's points begin and end, beside what the reference reaches as built for each kind of CPU
# that this one can run; written into docs/measuring.md.
KINDS ?= x86-64-v2 x86-64-v3 alderlake x86-64-v4 native
kind_folder = build$(if $(filter native,$(1)),,-$(1))

anchors: ready
	@$(foreach k,$(KINDS),$(MAKE) --no-print-directory ready CPU=$(filter-out native,$(k)) && \
	    ninja -C $(call kind_folder,$(k)) --quiet $(foreach n,$(NUMBERS),modules/grade-$(n) modules/kit-$(n).stamp) &&) true
	@grader/tests/anchors.py --write $(foreach k,$(KINDS),$(call kind_folder,$(k)):$(k)) -- $(MODULES) || true

# The leaderboard of a gradebook's competition, a folder of pages.
BOOK ?= gradebook
leaderboard: ready
	@$(call quietly,grader/instructor/grader)
	@$(BUILD)/grader/instructor/grader board --book '$(BOOK)' --out $(BUILD)/leaderboard

# How long a made-up class takes, with what else the machine does; written into docs/instructor.md.
STUDENTS ?= 20
class: ready
	@$(call quietly,grader/instructor/grader $(foreach n,$(NUMBERS),modules/grade-$(n) modules/kit-$(n).stamp))
	@grader/tests/class.py $(CLASS) $(BUILD)/grader/instructor/grader . $(BUILD) $(STUDENTS)

# What takes too long for every change: for each reader of foreign files a minute of damaged files that it never
# had before; the reference graded fifty times while all cores are busy, and twenty times beside one loop; a made-up class; the hostile zoo as every kind of user;
# and another architecture if its compiler and emulator are here.
fuzzed  := $(foreach f,$(wildcard modules/*/given/fuzz_*.c),$(firstword $(subst _, ,$(word 2,$(subst /, ,$(f))))))
fuzzers := common/fuzz/fuzz $(addprefix modules/fuzz-,$(fuzzed))

soak: ready
	@$(call quietly,$(fuzzers) modules/grade-15 modules/kit-15.stamp modules/grade-toy modules/kit-toy.stamp)
	@cd $(BUILD) && for fuzz in $(fuzzers); do ./$$fuzz all --seconds 60 --seed $$(date +%s) || exit 1; done
	@sh grader/tests/soak.sh $(BUILD)/modules/grade-15 modules/15_acceleration/solution.c
	@sh grader/tests/soak.sh $(BUILD)/modules/grade-15 modules/15_acceleration/solution.c 20 1
	@$(MAKE) --no-print-directory class
	@sh grader/tests/zoo.sh $(here)/$(BUILD)/modules/grade-toy all
	@for kind in int8 half half-int8; do $(MAKE) --no-print-directory export-c EXPORT=$$kind || exit 1; done
	@sh tools/aarch64.sh $(ARM) || [ $$? = 77 ] # not tried here, which it has said

# T="18" runs the tests with this in their names.
test: ready
	@T='$(T)' sh tools/run.sh $(BUILD)

# make new-module NN=17 TOPIC=compression: a module that builds, runs and grades, for you to fill.
new-module:
	@sh tools/new_module/make.sh '$(NN)' '$(TOPIC)'

# Every .c and .h as .clang-format wants it, by Debian 12's clang-format.
format:
	@sh tools/format.sh .

clean:
	rm -rf build build-*

-- The tables of release 0.1.0 as it made them; never changed.
CREATE TABLE audit (
	id INTEGER NOT NULL,
	at DATETIME NOT NULL,
	who VARCHAR(80) NOT NULL,
	action VARCHAR(40) NOT NULL,
	subject TEXT NOT NULL,
	detail TEXT NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE calculation (
	id INTEGER NOT NULL,
	period VARCHAR(10) NOT NULL,
	digest VARCHAR(64) NOT NULL,
	base_id INTEGER,
	calculated_at DATETIME NOT NULL,
	run_id VARCHAR(40) NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(base_id) REFERENCES calculation (id)
);
CREATE INDEX ix_calculation_period ON calculation (period);
CREATE TABLE outbox (
	id INTEGER NOT NULL,
	"key" VARCHAR(200) NOT NULL,
	unit TEXT NOT NULL,
	recipient TEXT NOT NULL,
	subject TEXT NOT NULL,
	body TEXT NOT NULL,
	attachment TEXT,
	written_at DATETIME NOT NULL,
	sent_at DATETIME,
	run_id VARCHAR(40) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE ("key")
);
CREATE TABLE schema (
	version INTEGER NOT NULL
);
CREATE TABLE submission (
	id INTEGER NOT NULL,
	unit VARCHAR(10) NOT NULL,
	period VARCHAR(10) NOT NULL,
	form_version VARCHAR(40) NOT NULL,
	version INTEGER NOT NULL,
	scope VARCHAR(20) NOT NULL,
	window_from DATE,
	window_to DATE,
	received_at DATETIME NOT NULL,
	days_late INTEGER NOT NULL,
	premature BOOLEAN NOT NULL,
	sha256 VARCHAR(64) NOT NULL,
	file_name TEXT NOT NULL,
	kept_at DATETIME NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (unit, period, version)
);
CREATE INDEX submission_period ON submission (period);
CREATE TABLE calculation_input (
	calculation_id INTEGER NOT NULL,
	submission_id INTEGER NOT NULL,
	PRIMARY KEY (calculation_id, submission_id),
	FOREIGN KEY(calculation_id) REFERENCES calculation (id),
	FOREIGN KEY(submission_id) REFERENCES submission (id)
)
 WITHOUT ROWID;
CREATE TABLE evaluation (
	calculation_id INTEGER NOT NULL,
	level VARCHAR(10) NOT NULL,
	unit VARCHAR(10) NOT NULL,
	indicator VARCHAR(10) NOT NULL,
	target VARCHAR(60),
	target_year INTEGER,
	target_status VARCHAR(20),
	status VARCHAR(40) NOT NULL,
	definition_from DATE,
	base VARCHAR(60),
	base_date DATE,
	p VARCHAR(60),
	q VARCHAR(60),
	r VARCHAR(60),
	cagr_ratio VARCHAR(60),
	needed_pace VARCHAR(60),
	methods_disagree BOOLEAN,
	PRIMARY KEY (calculation_id, level, unit, indicator),
	FOREIGN KEY(calculation_id) REFERENCES calculation (id)
)
 WITHOUT ROWID;
CREATE TABLE indicator_value (
	calculation_id INTEGER NOT NULL,
	level VARCHAR(10) NOT NULL,
	unit VARCHAR(10) NOT NULL,
	indicator VARCHAR(10) NOT NULL,
	numerator VARCHAR(60),
	denominator VARCHAR(60),
	value VARCHAR(60),
	reported_units INTEGER NOT NULL,
	expected_units INTEGER NOT NULL,
	state VARCHAR(30) NOT NULL,
	PRIMARY KEY (calculation_id, level, unit, indicator),
	FOREIGN KEY(calculation_id) REFERENCES calculation (id)
)
 WITHOUT ROWID;
CREATE TABLE judgement (
	id INTEGER NOT NULL,
	submission_id INTEGER NOT NULL,
	state VARCHAR(30) NOT NULL,
	digest VARCHAR(64) NOT NULL,
	judged_at DATETIME NOT NULL,
	run_id VARCHAR(40) NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(submission_id) REFERENCES submission (id)
);
CREATE INDEX ix_judgement_submission_id ON judgement (submission_id);
CREATE TABLE receipt (
	id INTEGER NOT NULL,
	channel VARCHAR(20) NOT NULL,
	message TEXT NOT NULL,
	unit TEXT NOT NULL,
	period VARCHAR(10) NOT NULL,
	file_name TEXT NOT NULL,
	sha256 VARCHAR(64) NOT NULL,
	size INTEGER NOT NULL,
	kept BOOLEAN NOT NULL,
	received_at DATETIME NOT NULL,
	kept_at DATETIME NOT NULL,
	outcome VARCHAR(20) NOT NULL,
	code VARCHAR(40),
	detail TEXT,
	found TEXT NOT NULL,
	place TEXT NOT NULL,
	submission_id INTEGER,
	run_id VARCHAR(40) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (channel, message, sha256, period),
	FOREIGN KEY(submission_id) REFERENCES submission (id)
);
CREATE TABLE release (
	id INTEGER NOT NULL,
	period VARCHAR(10) NOT NULL,
	name VARCHAR(20) NOT NULL,
	calculation_id INTEGER NOT NULL,
	manifest_sha256 VARCHAR(64) NOT NULL,
	published_at DATETIME NOT NULL,
	run_id VARCHAR(40) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (period, name),
	FOREIGN KEY(calculation_id) REFERENCES calculation (id)
);
CREATE TABLE value (
	submission_id INTEGER NOT NULL,
	element VARCHAR(10) NOT NULL,
	status VARCHAR(20) NOT NULL,
	number VARCHAR(60),
	fault VARCHAR(30),
	sheet TEXT,
	cell VARCHAR(12),
	text TEXT NOT NULL,
	note TEXT NOT NULL,
	PRIMARY KEY (submission_id, element),
	FOREIGN KEY(submission_id) REFERENCES submission (id)
)
 WITHOUT ROWID;
CREATE TABLE finding (
	judgement_id INTEGER NOT NULL,
	place INTEGER NOT NULL,
	rule VARCHAR(40) NOT NULL,
	severity VARCHAR(10) NOT NULL,
	element VARCHAR(10),
	sheet TEXT,
	cell VARCHAR(12),
	found TEXT NOT NULL,
	expected TEXT NOT NULL,
	message TEXT NOT NULL,
	PRIMARY KEY (judgement_id, place),
	FOREIGN KEY(judgement_id) REFERENCES judgement (id)
)
 WITHOUT ROWID;

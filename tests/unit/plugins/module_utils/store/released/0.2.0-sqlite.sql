PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO meta VALUES('revision','11');
INSERT INTO meta VALUES('next_object_id','16');
INSERT INTO meta VALUES('salt','d070ddbe98a2085c1b962d2822d987eb');
INSERT INTO meta VALUES('schema_version','1');
INSERT INTO meta VALUES('key_check','gAAAAABrCwW_gpFxMsymZy7-CJWJbv8wVYex2xC-WyvRltEYItnYPvEHTh_SUVI-YPc-_vt60Idbsq2FwvCUq2ENdQhFtecTVsRGxN3BhxGN_QXjYWU6LQU=');
CREATE TABLE settings (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO settings VALUES('extension_pool','{"ranges": ["300-309"], "reserved": ["300"]}');
CREATE TABLE profiles (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	options TEXT NOT NULL, 
	checkpoint TEXT, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO profiles VALUES(1,'staff','{"name": "staff", "template": "csv_users", "source": {"path": "people.csv"}, "mode": "mirror"}','{"belongs_to": "c3554731af31234a154065043d03c39167076172a12713bd86409024acf84934", "source": {"source": "2fc4194350f46ca5", "final_newline": true}, "columns": ["displayname", "email", "password", "phone", "phoneip", "phonemac", "phonepass", "phoneuser", "pin", "roles", "username"], "quiet": true, "linked": 3}');
INSERT INTO profiles VALUES(2,'book','{"name": "book", "template": "csv_phonebook", "source": {"path": "book.csv"}, "mode": "mirror"}','{"belongs_to": "edb964bf9d6ae15d51b8d97f4cb6b2ab1f39d6f40af6e924fb83311b826f4b59", "source": {"source": "48847b43eec769e0", "final_newline": true}, "columns": ["displayname", "mobile", "organisation", "phone"], "quiet": true, "linked": 2}');
INSERT INTO profiles VALUES(3,'dials','{"name": "dials", "template": "csv_speed_dials", "source": {"path": "dials.csv"}, "mode": "mirror"}','{"belongs_to": "9736a3037f54f320b060a6e6a5a732664274807fd31ada3d9865f18b85f7283f", "source": {"source": "1c9841bbf6154b60", "final_newline": true}, "columns": ["displayname", "phone", "speeddial"], "quiet": true, "linked": 1}');
CREATE TABLE objects (
	id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	fields TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO objects VALUES(2,'user',1,'anna','{"username":"anna","display_name":"Anna Straße","email":"anna@corp.example","extension":"201","pin":"56bfce26e626cb1433bcc0bd4aa76e88","password":"3d335a1288dbeb6a19699e0e0252f41a","roles":["admin"]}');
INSERT INTO objects VALUES(3,'user',2,'ben','{"username":"ben","display_name":"Ben Groß","email":"ben@hand.example","extension":"202","devices":[{"type":"ip_phone","mac":"001122334455","username":"ben","password":"44cdfb187e170e242b12fb811205661a"}]}');
INSERT INTO objects VALUES(4,'user',1,'carl','{"username":"carl","display_name":"Carl","extension":"301","password":"887869871d3407f9694a6b02f389c005"}');
INSERT INTO objects VALUES(7,'phonebook_entry',1,'Muster GmbH','{"display_name":"Muster GmbH","phone":"09912960","organisation":"Muster","mobile":"0171234567"}');
INSERT INTO objects VALUES(8,'phonebook_entry',1,'Taxi','{"display_name":"Taxi","phone":"19410"}');
INSERT INTO objects VALUES(10,'speed_dial',1,'801','{"number":"801","destination":"19410","display_name":"Taxi"}');
INSERT INTO objects VALUES(11,'user',1,'reception','{"username":"reception","display_name":"Reception","extension":"200","pin":"dead4f37ceba222c25e8f40ad70aec63"}');
INSERT INTO objects VALUES(12,'phonebook_entry',1,'Annas Bruder','{"display_name":"Annas Bruder","phone":"0171999","owner":"anna","labels.family":"yes"}');
CREATE TABLE identifiers (
	space TEXT NOT NULL, 
	value TEXT NOT NULL, 
	object_id BIGINT NOT NULL, 
	field TEXT NOT NULL, 
	PRIMARY KEY (space, value)
)
 WITHOUT ROWID

;
INSERT INTO identifiers VALUES('number','200',11,'extension');
INSERT INTO identifiers VALUES('number','201',2,'extension');
INSERT INTO identifiers VALUES('number','202',3,'extension');
INSERT INTO identifiers VALUES('number','301',4,'extension');
INSERT INTO identifiers VALUES('number','801',10,'number');
INSERT INTO identifiers VALUES('username','anna',2,'username');
INSERT INTO identifiers VALUES('username','ben',3,'username');
INSERT INTO identifiers VALUES('username','carl',4,'username');
INSERT INTO identifiers VALUES('username','reception',11,'username');
CREATE TABLE roles (
	name TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO roles VALUES('admin');
CREATE TABLE labels (
	name TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO labels VALUES('family');
CREATE TABLE runs (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	profile TEXT, 
	mode TEXT NOT NULL, 
	started TEXT NOT NULL, 
	finished TEXT NOT NULL, 
	result TEXT NOT NULL, 
	complete BOOLEAN NOT NULL, 
	plan_digest TEXT NOT NULL, 
	counts TEXT NOT NULL, 
	findings TEXT NOT NULL
);
INSERT INTO runs VALUES(1,'staff','mirror','2026-11-28T16:47:59Z','2026-11-28T16:47:59Z','changed',1,'sha256:cdf34c08d9527e134acd042d2cb4ffa1cb87090c6f8e3fa5293a2fbd97eaac6a','{"read": 4, "filtered": 0, "created": 4, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}','{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO runs VALUES(2,'book','mirror','2026-11-28T16:48:00Z','2026-11-28T16:48:00Z','changed',1,'sha256:426985245a7729cf778a0c2bcf024922a4b1ea59d4c023eb8c2248ab4b534d92','{"read": 2, "filtered": 0, "created": 2, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}','{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO runs VALUES(3,'dials','mirror','2026-11-28T16:48:00Z','2026-11-28T16:48:00Z','changed',1,'sha256:7a6fd83e93ff45eb0cf369993689473e790b72f4eb2f45250e18f2b85821c3c6','{"read": 1, "filtered": 0, "created": 1, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}','{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO runs VALUES(4,NULL,'manual','2026-11-28T16:48:00Z','2026-11-28T16:48:00Z','changed',1,'','{"read": 0, "filtered": 0, "created": 1, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}','{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO runs VALUES(5,NULL,'manual','2026-11-28T16:48:00Z','2026-11-28T16:48:00Z','changed',1,'','{"read": 0, "filtered": 0, "created": 1, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}','{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO runs VALUES(6,NULL,'manual','2026-11-28T16:48:00Z','2026-11-28T16:48:00Z','changed',1,'','{"read": 0, "filtered": 0, "created": 0, "updated": 1, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}','{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO runs VALUES(7,'staff','mirror','2026-11-28T16:48:01Z','2026-11-28T16:48:01Z','changed',1,'sha256:56a0ee892a30ba0567b444288e430cc57656895917fbd0f55c8f1b557a0dac0f','{"read": 3, "filtered": 0, "created": 0, "updated": 0, "unchanged": 3, "removed": 1, "rejected": 0, "conflicts": 0}','{"warnings": [], "rejected": [], "conflicts": []}');
CREATE TABLE credentials (
	object_id INTEGER NOT NULL, 
	field TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (object_id, field), 
	FOREIGN KEY(object_id) REFERENCES objects (id) ON DELETE CASCADE
);
INSERT INTO credentials VALUES(2,'pin','$argon2id$v=19$m=19456,t=2,p=1$ApnlTCBMT6q3srO6bDJhLQ$xiJx5RcReTg8ikV0vxnfzKWZ2oiStZ7On03POU6ufYc');
INSERT INTO credentials VALUES(2,'password','$argon2id$v=19$m=19456,t=2,p=1$TlcaHi9VZm/ON+4dQ24m6A$5Q5mBIw7N6nCMghBWcKQDcPTN0H+8ikwTy57uXZaL30');
INSERT INTO credentials VALUES(3,'device:44cdfb187e170e242b12fb811205661a','gAAAAABrCwW_ddaRhXyZ7WtoUQ_TYpZH_G2LhgKbW_9ZA0g99jZ8t7dwd9sJ04BZsXZWlAZb2LA57oVS8b6tGYC4rJiJ7LG3hg==');
INSERT INTO credentials VALUES(4,'password','$argon2id$v=19$m=19456,t=2,p=1$Z0IzW1aVFE3azBMv/euzPw$lpl+vLX2VF3H1m4LKL1DgTSLGe9UWGQLIO/GJNoKS8E');
INSERT INTO credentials VALUES(11,'pin','$argon2id$v=19$m=19456,t=2,p=1$U3O6X+mgLkhRvVPOQaCm4A$9eNqJ9eLOAQuj0IVJKxpsZodWez9Jn6pvnK9PkyjNf4');
CREATE TABLE links (
	profile_id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	slot TEXT NOT NULL, 
	object_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	fingerprint BLOB, 
	origin TEXT NOT NULL, 
	applied TEXT, 
	PRIMARY KEY (profile_id, "key", slot), 
	FOREIGN KEY(profile_id) REFERENCES profiles (id) ON DELETE CASCADE, 
	FOREIGN KEY(object_id) REFERENCES objects (id) ON DELETE CASCADE
);
INSERT INTO links VALUES(1,'anna','user',2,1,X'5466aeb25c016414c496ae7967414a50','created',NULL);
INSERT INTO links VALUES(1,'carl','user',4,1,X'fe85e46e0bb9700313841600836af28c','created','{"username":"carl","display_name":"Carl","password":"887869871d3407f9694a6b02f389c005"}');
INSERT INTO links VALUES(2,'muster gmbh|muster|09912960','phonebook_entry',7,1,X'5f31f730ba963a02f50ea6c0a771b6e0','created',NULL);
INSERT INTO links VALUES(2,'taxi||19410','phonebook_entry',8,1,X'8ea549b437d65d5579ef6068c451948f','created',NULL);
INSERT INTO links VALUES(3,'801','speed_dial',10,1,X'bdda66f82e76dd5db68d6bb93d15b995','created',NULL);
INSERT INTO links VALUES(1,'ben','user',3,2,X'27e5b9b34e234a826e6d54354632ea39','created','{"username":"ben","display_name":"Ben Groß","extension":"202","devices":[{"type":"ip_phone","mac":"001122334455","username":"ben","password":"44cdfb187e170e242b12fb811205661a"}]}');
CREATE TABLE changes (
	run_id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	action TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	object_id BIGINT NOT NULL, 
	name TEXT NOT NULL, 
	"key" TEXT, 
	reason TEXT NOT NULL, 
	"before" TEXT, 
	"after" TEXT, 
	PRIMARY KEY (run_id, seq), 
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO changes VALUES(1,1,'create','user',2,'anna','anna','new in the source',NULL,'{"username":"anna","display_name":"Anna Straße","email":"anna@corp.example","extension":"201","pin":"********","password":"********","roles":["admin"]}');
INSERT INTO changes VALUES(1,2,'create','user',3,'ben','ben','new in the source',NULL,'{"username":"ben","display_name":"Ben Groß","extension":"202","devices":[{"type":"ip_phone","mac":"001122334455","username":"ben","password":"********"}]}');
INSERT INTO changes VALUES(1,3,'create','user',4,'carl','carl','new in the source',NULL,'{"username":"carl","display_name":"Carl","extension":"301","password":"********"}');
INSERT INTO changes VALUES(1,4,'create','user',5,'dora','dora','new in the source',NULL,'{"username":"dora","display_name":"Dora","extension":"204"}');
INSERT INTO changes VALUES(2,1,'create','phonebook_entry',7,'Muster GmbH','muster gmbh|muster|09912960','new in the source',NULL,'{"display_name":"Muster GmbH","phone":"09912960","organisation":"Muster","mobile":"0171234567"}');
INSERT INTO changes VALUES(2,2,'create','phonebook_entry',8,'Taxi','taxi||19410','new in the source',NULL,'{"display_name":"Taxi","phone":"19410"}');
INSERT INTO changes VALUES(3,1,'create','speed_dial',10,'801','801','new in the source',NULL,'{"number":"801","destination":"19410","display_name":"Taxi"}');
INSERT INTO changes VALUES(4,1,'create','user',11,'reception',NULL,'changed by hand','{}','{"username":"reception","display_name":"Reception","extension":"200","pin":"********"}');
INSERT INTO changes VALUES(5,1,'create','phonebook_entry',12,'Annas Bruder',NULL,'changed by hand','{}','{"display_name":"Annas Bruder","phone":"0171999","owner":"anna","labels.family":"yes"}');
INSERT INTO changes VALUES(6,1,'update','user',3,'ben',NULL,'changed by hand','{}','{"email":"ben@hand.example"}');
INSERT INTO changes VALUES(7,2,'remove','user',5,'dora','dora','no longer in the source','{"username":"dora","display_name":"Dora","extension":"204"}',NULL);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('runs',7);
CREATE INDEX ix_links_object_id ON links (object_id);
COMMIT;

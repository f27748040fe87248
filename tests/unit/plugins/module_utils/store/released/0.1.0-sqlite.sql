PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO meta VALUES('revision','11');
INSERT INTO meta VALUES('next_object_id','16');
INSERT INTO meta VALUES('salt','384d1bff6b46e816d1628447c66375d6');
INSERT INTO meta VALUES('schema_version','1');
INSERT INTO meta VALUES('key_check','gAAAAABrCwW8yCjmRZvfk-402r3_7EH2kBlcSbqbz5KM-oF1NnsUL786RWoJSNUsqAYn1vGJkFKNYJlrZCkelw34dO-x1k1cQDBtLRsT80OWseJy_2CmlSA=');
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
INSERT INTO profiles VALUES(1,'staff','{"name": "staff", "template": "csv_users", "source": {"path": "people.csv"}, "mode": "mirror"}','{"belongs_to": "01f2536219b421e96d18944f6d2a9134b21df5b37dbd0db43651f2f268db1d9c", "source": {"source": "2fc4194350f46ca5", "final_newline": true}, "quiet": true}');
INSERT INTO profiles VALUES(2,'book','{"name": "book", "template": "csv_phonebook", "source": {"path": "book.csv"}, "mode": "mirror"}','{"belongs_to": "4a358f19eb7ffcd1232cb7cd88feaa75040babd58baddcd86d932ba127314f1f", "source": {"source": "48847b43eec769e0", "final_newline": true}, "quiet": true}');
INSERT INTO profiles VALUES(3,'dials','{"name": "dials", "template": "csv_speed_dials", "source": {"path": "dials.csv"}, "mode": "mirror"}','{"belongs_to": "f615473c3f780ae824ef2245595823e2a2272d726b39a62a6c25ea21c461abd6", "source": {"source": "1c9841bbf6154b60", "final_newline": true}, "quiet": true}');
CREATE TABLE objects (
	id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	fields TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO objects VALUES(2,'user',1,'anna','{"username":"anna","display_name":"Anna Straße","email":"anna@corp.example","extension":"201","pin":"218a3ac7cf68ba8aee6617bdad71a11c","password":"d79b5816742d931bf9e0c3205a06c7a4","roles":["admin"]}');
INSERT INTO objects VALUES(3,'user',2,'ben','{"username":"ben","display_name":"Ben Groß","email":"ben@hand.example","extension":"202","devices":[{"type":"ip_phone","mac":"001122334455","username":"ben","password":"a2bb63c381973a43024db4cc6bd18af2"}]}');
INSERT INTO objects VALUES(4,'user',1,'carl','{"username":"carl","display_name":"Carl","extension":"301","password":"a617229c813227ef4c67638b712c5719"}');
INSERT INTO objects VALUES(7,'phonebook_entry',1,'Muster GmbH','{"display_name":"Muster GmbH","phone":"09912960","organisation":"Muster","mobile":"0171234567"}');
INSERT INTO objects VALUES(8,'phonebook_entry',1,'Taxi','{"display_name":"Taxi","phone":"19410"}');
INSERT INTO objects VALUES(10,'speed_dial',1,'801','{"number":"801","destination":"19410","display_name":"Taxi"}');
INSERT INTO objects VALUES(11,'user',1,'reception','{"username":"reception","display_name":"Reception","extension":"200","pin":"e0c94b3539673473a005a7f92f4fe6b5"}');
INSERT INTO objects VALUES(12,'phonebook_entry',1,'Annas Bruder','{"display_name":"Annas Bruder","phone":"0171999","owner":"anna","labels.family":"yes"}');
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
INSERT INTO runs VALUES(1,'staff','mirror','2026-11-28T16:47:56Z','2026-11-28T16:47:56Z','changed',1,'sha256:93ceffd386498ddb5b022a5e9ad10b416a1dab22b9edfc4337f37dd8f328d3fe','{"read": 4, "filtered": 0, "created": 4, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}','{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO runs VALUES(2,'book','mirror','2026-11-28T16:47:56Z','2026-11-28T16:47:56Z','changed',1,'sha256:5b9886d7c547ac859a9e9db84302b68276f0c889a3e38f325eb745f2f6a2103f','{"read": 2, "filtered": 0, "created": 2, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}','{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO runs VALUES(3,'dials','mirror','2026-11-28T16:47:56Z','2026-11-28T16:47:56Z','changed',1,'sha256:d9b7c611eb3c0d716893257ae3e3c3cfb91e45af70e35eb5264dc27f225abd23','{"read": 1, "filtered": 0, "created": 1, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}','{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO runs VALUES(4,NULL,'manual','2026-11-28T16:47:56Z','2026-11-28T16:47:56Z','changed',1,'','{"read": 0, "filtered": 0, "created": 1, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}','{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO runs VALUES(5,NULL,'manual','2026-11-28T16:47:57Z','2026-11-28T16:47:57Z','changed',1,'','{"read": 0, "filtered": 0, "created": 1, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}','{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO runs VALUES(6,NULL,'manual','2026-11-28T16:47:57Z','2026-11-28T16:47:57Z','changed',1,'','{"read": 0, "filtered": 0, "created": 0, "updated": 1, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}','{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO runs VALUES(7,'staff','mirror','2026-11-28T16:47:57Z','2026-11-28T16:47:57Z','changed',1,'sha256:a425dc96d019cb2d5e1f081524ee0455557937f587f8f07cb71aade62b6abb0f','{"read": 3, "filtered": 0, "created": 0, "updated": 0, "unchanged": 3, "removed": 1, "rejected": 0, "conflicts": 0}','{"warnings": [], "rejected": [], "conflicts": []}');
CREATE TABLE identifiers (
	space TEXT NOT NULL, 
	value TEXT NOT NULL, 
	object_id INTEGER NOT NULL, 
	field TEXT NOT NULL, 
	PRIMARY KEY (space, value), 
	FOREIGN KEY(object_id) REFERENCES objects (id) ON DELETE CASCADE
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
CREATE TABLE credentials (
	object_id INTEGER NOT NULL, 
	field TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (object_id, field), 
	FOREIGN KEY(object_id) REFERENCES objects (id) ON DELETE CASCADE
);
INSERT INTO credentials VALUES(2,'password','$argon2id$v=19$m=19456,t=2,p=1$XBikLqB7G2e+0E+qHOOAOQ$lUYhI0Ia9Bcf1iH1Xqc/wxXOq2XKt/Q8nMhMkuqvIq8');
INSERT INTO credentials VALUES(2,'pin','$argon2id$v=19$m=19456,t=2,p=1$ElfVT6WShrTZ0JT+3jzmOQ$gchWglCciI26Q/RsbonC7TZaotfhl8hEvc1IiuGofK4');
INSERT INTO credentials VALUES(3,'device:a2bb63c381973a43024db4cc6bd18af2','gAAAAABrCwW80QoJJWbaExylTWNnNeDCY8jSbKo3vGwIUOea7zljq4_4ji0aClXsKn6BzYJm2ewzI46iDOsbSM5hpcAxj1dFAQ==');
INSERT INTO credentials VALUES(4,'password','$argon2id$v=19$m=19456,t=2,p=1$WsrMzzfoiJzBTBYBJFujyQ$ThpNKlt6RhnbGCWgEgw3K1m+UevskhZ6oVjsefKT9c8');
INSERT INTO credentials VALUES(11,'pin','$argon2id$v=19$m=19456,t=2,p=1$lX2560MVnZVIXJqFjxG5eg$GaB5qsPseRYeESuM3FZQDiVpF8UzhlcEB9MryK/jZpY');
CREATE TABLE links (
	profile_id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	slot TEXT NOT NULL, 
	object_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	fingerprint BLOB, 
	origin TEXT NOT NULL, 
	applied TEXT NOT NULL, 
	PRIMARY KEY (profile_id, "key", slot), 
	FOREIGN KEY(profile_id) REFERENCES profiles (id) ON DELETE CASCADE, 
	FOREIGN KEY(object_id) REFERENCES objects (id) ON DELETE CASCADE
);
INSERT INTO links VALUES(1,'anna','user',2,1,X'71c4e7393aa544e575ecd0777df5ce19','created','{"username":"anna","display_name":"Anna Straße","email":"anna@corp.example","extension":"201","pin":"218a3ac7cf68ba8aee6617bdad71a11c","password":"d79b5816742d931bf9e0c3205a06c7a4","roles":["admin"]}');
INSERT INTO links VALUES(1,'carl','user',4,1,X'e0a53b84fcafdf0ae5a2b56750b3c7a8','created','{"username":"carl","display_name":"Carl","password":"a617229c813227ef4c67638b712c5719"}');
INSERT INTO links VALUES(2,'muster gmbh|muster|09912960','phonebook_entry',7,1,X'70e71b22c4af6dfe1da1412074029bfa','created','{"display_name":"Muster GmbH","phone":"09912960","organisation":"Muster","mobile":"0171234567"}');
INSERT INTO links VALUES(2,'taxi||19410','phonebook_entry',8,1,X'00ef4353498fcd3a36dfc50cc8dd181d','created','{"display_name":"Taxi","phone":"19410"}');
INSERT INTO links VALUES(3,'801','speed_dial',10,1,X'333f7d48f466d4064224fe7a8c26ccef','created','{"number":"801","destination":"19410","display_name":"Taxi"}');
INSERT INTO links VALUES(1,'ben','user',3,2,X'b586f846834e57923b91fd846f9150f0','created','{"username":"ben","display_name":"Ben Groß","extension":"202","devices":[{"type":"ip_phone","mac":"001122334455","username":"ben","password":"a2bb63c381973a43024db4cc6bd18af2"}]}');
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
CREATE INDEX ix_identifiers_object_id ON identifiers (object_id);
CREATE INDEX ix_links_object_id ON links (object_id);
COMMIT;

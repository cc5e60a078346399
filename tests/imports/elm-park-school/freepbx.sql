-- Dump of a school's FreePBX
CREATE TABLE `users` (
  `extension` varchar(20) NOT NULL DEFAULT '',
  `password` varchar(20) DEFAULT NULL,
  `name` varchar(50) DEFAULT NULL,
  `voicemail` varchar(50) DEFAULT NULL,
  `ringtimer` int(3) DEFAULT NULL,
  `noanswer_dest` varchar(255) DEFAULT '',
  `outboundcid` varchar(50) DEFAULT NULL,
  PRIMARY KEY (`extension`)
) ENGINE=InnoDB;
INSERT INTO `users` VALUES ('21','','School office','default',18,'',''),('22','','Head teacher\'s study','novm',0,'ext-group,600,1',NULL);
CREATE TABLE `incoming` (
  `cidnum` varchar(20) DEFAULT NULL,
  `extension` varchar(50) DEFAULT NULL,
  `destination` varchar(50) DEFAULT NULL,
  `description` varchar(50) DEFAULT NULL
);
INSERT INTO `incoming` VALUES ('','442079460055','timeconditions,1,1','Main'),('','','app-blackhole,hangup,1','any');
CREATE TABLE `timeconditions` (
  `timeconditions_id` int(11) NOT NULL,
  `displayname` varchar(50) DEFAULT NULL,
  `time` int(11) DEFAULT NULL,
  `truegoto` varchar(50) DEFAULT NULL,
  `falsegoto` varchar(50) DEFAULT NULL
);
INSERT INTO `timeconditions` VALUES (1,'School day',1,'ivr-3,s,1','ext-local,vmu21,1');
CREATE TABLE `timegroups_groups` (
  `id` int(11) NOT NULL,
  `description` varchar(50) NOT NULL
);
INSERT INTO `timegroups_groups` VALUES (1,'School day');
CREATE TABLE `timegroups_details` (
  `id` int(11) NOT NULL,
  `timegroupid` int(11) NOT NULL,
  `time` varchar(100) NOT NULL
);
INSERT INTO `timegroups_details` VALUES (1,1,'08:15-15:29|mon-fri|*|*');
CREATE TABLE `ivr_details` (
  `id` int(11) NOT NULL,
  `name` varchar(50) DEFAULT NULL,
  `announcement` int(11) DEFAULT NULL,
  `directdial` varchar(50) DEFAULT NULL,
  `invalid_loops` varchar(10) DEFAULT NULL,
  `invalid_destination` varchar(50) DEFAULT NULL,
  `timeout_time` int(11) DEFAULT NULL,
  `timeout_loops` varchar(10) DEFAULT NULL,
  `timeout_destination` varchar(50) DEFAULT NULL
);
INSERT INTO `ivr_details` VALUES (3,'School menu',2,'ext-local','2','ext-group,600,1',7,'1','ext-group,600,1');
CREATE TABLE `ivr_entries` (
  `ivr_id` int(11) NOT NULL,
  `selection` varchar(10) DEFAULT NULL,
  `dest` varchar(50) DEFAULT NULL
);
INSERT INTO `ivr_entries` VALUES (3,'1','ext-group,600,1'),(3,'2','app-announcement-4,s,1'),(3,'3','disa,1,1');
CREATE TABLE `recordings` (
  `id` int(11) NOT NULL,
  `displayname` varchar(50) DEFAULT NULL,
  `filename` blob
);
INSERT INTO `recordings` VALUES (2,'school-welcome','custom/school-welcome'),(5,'absence','custom/absence-line');
CREATE TABLE `announcement` (
  `announcement_id` int(11) NOT NULL,
  `description` varchar(50) DEFAULT NULL,
  `recording_id` int(11) DEFAULT NULL,
  `post_dest` varchar(50) DEFAULT NULL
);
INSERT INTO `announcement` VALUES (4,'Absence line',5,'ext-local,vmu21,1');
CREATE TABLE `ringgroups` (
  `grpnum` varchar(20) NOT NULL,
  `strategy` varchar(50) NOT NULL,
  `grptime` smallint(6) NOT NULL,
  `grplist` varchar(255) NOT NULL,
  `postdest` varchar(255) DEFAULT NULL,
  `description` varchar(35) NOT NULL
);
INSERT INTO `ringgroups` VALUES ('600','ringall-prim',20,'21-22-07700900123#','ext-local,vmu21,1','Office');
